// The two choices that this device keeps: theme and language.

export type Theme = 'light' | 'dark' | 'system';
export type Language = 'en' | 'fr';

const dark = matchMedia('(prefers-color-scheme: dark)');

export function theme(): Theme {
  const choice = localStorage.getItem('theme');
  return choice === 'light' || choice === 'dark' ? choice : 'system';
}

export function setTheme(choice: Theme): void {
  localStorage.setItem('theme', choice);
  applyTheme();
}

function applyTheme(): void {
  const choice = theme();
  const isDark = choice === 'dark' || (choice === 'system' && dark.matches);
  document.documentElement.dataset['bsTheme'] = isDark ? 'dark' : 'light';
  dispatchEvent(new Event('themechange'));
}

dark.addEventListener('change', applyTheme);

export function language(): Language {
  const choice = localStorage.getItem('language');
  if (choice === 'en' || choice === 'fr') return choice;
  return navigator.language.toLowerCase().startsWith('fr') ? 'fr' : 'en';
}

export function keepLanguage(choice: Language): void {
  localStorage.setItem('language', choice);
}
