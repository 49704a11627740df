/* global SwaggerUIBundle */

const darkness = window.matchMedia('(prefers-color-scheme: dark)');
const followScheme = () =>
  document.documentElement.classList.toggle('dark-mode', darkness.matches);
darkness.addEventListener('change', followScheme);
followScheme();

SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#api',
  deepLinking: true,
  defaultModelExpandDepth: 3,
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  docExpansion: 'list',
  tryItOutEnabled: true,
  validatorUrl: null,
});
