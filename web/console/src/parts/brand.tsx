export const Brand = () => (
  <span class="brand">
    <svg viewBox="0 0 32 32" width="28" height="28" aria-hidden="true">
      <rect width="32" height="32" rx="8" fill="currentColor" />
      <path d="M12 25V8h5.4a5.3 5.3 0 0 1 0 10.6H12" fill="none" class="brand-mark" stroke-width="3.4" />
    </svg>
    Lotkeeper
  </span>
);
