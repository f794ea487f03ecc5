// SPDX-License-Identifier: MIT

/** The till's mark: two equal bars, a basket's handle over them. Same drawing as public/icons/mark.svg. */
export function BrandMark({ size }: { size: number }) {
  return (
    <svg class="brand-mark" width={size} height={size} viewBox="0 0 48 48" aria-hidden="true">
      <rect class="brand-mark-ground" width="48" height="48" rx="12" />
      <path class="brand-mark-handle" d="M14 20a10 10 0 0 1 20 0" />
      <rect class="brand-mark-bar" x="9" y="20" width="30" height="6.5" rx="3.25" />
      <rect class="brand-mark-bar-low" x="13" y="30" width="22" height="6.5" rx="3.25" />
    </svg>
  );
}
