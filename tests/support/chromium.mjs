// Debian's Chromium, driven by playwright-core.

import { chromium } from 'playwright-core';

/** Starts a headless browser that makes no request of its own; playwright-core gives --no-sandbox. */
export function launchChromium() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-domain-reliability',
      '--disable-sync',
      '--no-first-run',
      '--no-pings',
    ],
  });
}

/**
 * Opens a page and keeps what a clean page must not have: requests to anywhere but `origin`, errors in
 * the console or in scripts, and violations of the content security policy.
 */
export async function openWatchedPage(context, origin) {
  const page = await context.newPage();
  const seen = { requests: [], foreign: [], errors: [], violations: [] };
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (url.protocol === 'data:') return;
    seen.requests.push(`${request.method()} ${url.pathname}`);
    if (url.origin !== origin) seen.foreign.push(request.url());
  });
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) seen.errors.push(message.text());
  });
  page.on('pageerror', (error) => seen.errors.push(error.message));
  await page.exposeFunction('reportViolation', (what) => seen.violations.push(what));
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      window.reportViolation(`${event.violatedDirective} ${event.blockedURI}`);
    });
  });
  return { page, seen };
}
