module.exports = {
  extends: ['stylelint-config-recommended', 'stylelint-config-standard'],
  rules: {
    'selector-class-pattern': null,
    'custom-property-pattern': null,
    'property-no-vendor-prefix': null,
    'no-descending-specificity': null
  }
};
