/**
 * The pages that authors extend, in Jinja 2 as the original framework has them: the same names of templates, blocks and
 * variables, around our own markup.
 */
export const BUILT_IN_TEMPLATES: Readonly<Record<string, string>> = {
  'crosscompute:assets/base.html': `<!doctype html>
<html lang="{{ language }}"{% if is_light %} data-scheme="light"{% endif %}>
<head>
{% block head_html %}
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{ title_text }}</title>
{% if description %}<meta name="description" content="{{ description }}">{% endif %}
<link rel="icon" href="{{ root_uri }}/assets/logo.svg">
{% for uri in get_unique_order(css_uris) %}
<link rel="stylesheet" href="{{ uri }}">
{% endfor %}
<style>
{% block head_css %}
{% for text in css_texts %}{{ text }}{% endfor %}
{% endblock %}
</style>
{% endblock %}
</head>
<body class="{{ body_class }}">
<header class="_header">
{% block header_html %}
{{ header_text }}
{% endblock %}
</header>
<main id="main" tabindex="-1">
{% block main_html %}
{{ main_text }}
{{ list_text }}
{% endblock %}
</main>
<footer class="_footer">
{% block footer_html %}
{{ footer_text }}
{% endblock %}
</footer>
{% for uri in get_unique_order(js_uris) %}
<script src="{{ uri }}"></script>
{% endfor %}
<script>
{% block body_js %}
{% endblock %}
</script>
</body>
</html>
`,
  'crosscompute:assets/live.html': '{% extends base_template_path %}\n',
  'crosscompute:assets/root.html': '{% extends live_template_path %}\n',
  'crosscompute:assets/automation.html': '{% extends live_template_path %}\n',
  'crosscompute:assets/batch.html': '{% extends live_template_path %}\n',
  'crosscompute:assets/step.html': '{% extends live_template_path %}\n'
};

/** Name of the built-in template of a page. */
export function builtInTemplate(id: string): string {
  return `crosscompute:assets/${id}.html`;
}
