// Language and theme, wherever one stands.

import { useState } from 'preact/hooks';
import { type Language, type Theme, language, setTheme, theme } from '../look';
import { t } from '../words';

export function LanguageButton({ onLanguage }: { onLanguage: (chosen: Language) => void }) {
  const other: Language = language() === 'fr' ? 'en' : 'fr';
  return (
    <button type="button" class="btn btn-quiet" lang={other} onClick={() => onLanguage(other)}>
      {other === 'fr' ? 'Français' : 'English'}
    </button>
  );
}

export function ThemeChoice() {
  const [chosen, setChosen] = useState<Theme>(theme());
  return (
    <label class="theme-choice">
      <span class="visually-hidden">{t('theme')}</span>
      <select
        class="form-select"
        value={chosen}
        onChange={(event) => {
          const next = event.currentTarget.value as Theme;
          setTheme(next);
          setChosen(next);
        }}
      >
        <option value="system">{t('theme.system')}</option>
        <option value="light">{t('theme.light')}</option>
        <option value="dark">{t('theme.dark')}</option>
      </select>
    </label>
  );
}
