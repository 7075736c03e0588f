/** Names under which configurations are found without being asked for. */
export const CONFIGURATION_PATTERN = '^automate\\.(ya?ml|toml|ini|cfg)$';

/** Tell whether a file is called like a configuration. */
export function isConfigurationName(name: string): boolean {
  return new RegExp(CONFIGURATION_PATTERN).test(name);
}
