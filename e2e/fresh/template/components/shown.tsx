/** A value as text, where tests look for it. */
export function Shown({ value }: { value: unknown }) {
  return <pre data-testid="shown">{JSON.stringify(value)}</pre>;
}
