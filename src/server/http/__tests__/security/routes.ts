import type { FastifyInstance } from 'fastify';

/** A route as the server registered it. */
export interface IRoute {
  method: string;
  /** With its parameters, such as `/a/:automation/b/:batch`. */
  url: string;
  /** Who may use it, in words. */
  rule: string;
  /** Names of its parameters; `*` for the rest of a path. */
  params: readonly string[];
  /** Names in the query that it declares. */
  query: readonly string[];
  /** Names in the JSON body that it declares. */
  body: readonly string[];
}

/** All routes of a server, so that a new one is tested with the others; HEAD is that of its GET. */
export function routesOf(app: FastifyInstance): IRoute[] {
  return app.accessRules
    .map(({ route, ...rest }) => ({ ...rest, parts: route.split(' ') }))
    .filter(({ parts: [method] }) => method !== 'HEAD')
    .map(({ parts: [method, url], rule, query, body }) => {
      const params = [...url.matchAll(/:(\w+)|\*/g)].map(([text, name]) => name ?? text);
      return { method, url, rule, params, query, body };
    });
}

/**
 * The address of a route with values for its parameters.
 *
 * @param values - as they are to stand in the path, encoded already
 */
export function addressOf({ url }: IRoute, values: Readonly<Record<string, string>>): string {
  const path = url.replace(/:(\w+)|\*/g, (text, name: string | undefined) => values[name ?? text]);
  // Only the server writes this form: from outside it stands below `at/`.
  return path.replace(/^(\/streams\/mutations)?\/_site\//, '$1/at/');
}
