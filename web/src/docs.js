/* global SwaggerUIBundle */

const darkness = window.matchMedia('(prefers-color-scheme: dark)');
const followScheme = () =>
  document.documentElement.classList.toggle('dark-mode', darkness.matches);
darkness.addEventListener('change', followScheme);
followScheme();

/** The side navigation: every operation under its tag, in the order of the description. */
function list(description) {
  const index = document.getElementById('index');
  const methods = ['get', 'post', 'put', 'delete'];
  for (const { name } of description.tags) {
    const links = document.createElement('ul');
    for (const [path, operations] of Object.entries(description.paths)) {
      for (const method of methods) {
        const operation = operations[method];
        if (!operation?.tags.includes(name)) continue;
        const link = document.createElement('a');
        link.href = `#/${encodeURIComponent(name)}/${operation.operationId}`;
        link.textContent = path.replace('/api/{client}/v1/', '');
        const item = document.createElement('li');
        item.append(link);
        links.append(item);
      }
    }
    const heading = document.createElement('h2');
    heading.textContent = name;
    index.append(heading, links);
  }
  // Swagger UI follows such an address only when it starts.
  index.addEventListener('click', (event) => {
    const link = event.target.closest('a');
    if (!link) return;
    const [, tag, id] = decodeURIComponent(link.hash).split('/');
    const block = document.getElementById(`operations-${tag}-${id}`);
    if (!block) return;
    if (!block.classList.contains('is-open')) block.querySelector('.opblock-summary-control')?.click();
    block.scrollIntoView();
  });
}

// On a phone the list would push everything else off the screen.
if (window.matchMedia('(max-width: 64rem)').matches) {
  document.querySelector('details.index').open = false;
}

const description = await (await fetch('/openapi.json')).json();
list(description);

// The explanations get the address that "How it works" leads to, once they are drawn.
const drawing = new MutationObserver(() => {
  const about = document.querySelector('.swagger-ui .information-container');
  if (!about) return;
  about.id = 'about';
  drawing.disconnect();
});
drawing.observe(document.querySelector('#api'), { childList: true, subtree: true });

// Swagger UI takes every address after # for one of its operations, and goes nowhere for others.
document.querySelector('a[href="#about"]').addEventListener('click', (event) => {
  event.preventDefault();
  document.querySelector('#about')?.scrollIntoView();
});

SwaggerUIBundle({
  spec: description,
  dom_id: '#api',
  deepLinking: true,
  defaultModelExpandDepth: 3,
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  docExpansion: 'list',
  tryItOutEnabled: true,
  validatorUrl: null,
});
