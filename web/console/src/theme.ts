// Runs before anything is painted, so that a dark page does not flash white.

const choice = localStorage.getItem('theme');
const dark =
  choice === 'dark' || (choice !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
document.documentElement.dataset['bsTheme'] = dark ? 'dark' : 'light';
