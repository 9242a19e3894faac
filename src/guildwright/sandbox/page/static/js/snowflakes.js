/** Order and bits of Discord's ids, which are too large for numbers. */

/** @param {string} a @param {string} b */
export function compareIds(a, b) {
  if (a === b) return 0;
  return a.length - b.length || (a < b ? -1 : 1);
}

/** Is the permission bit set in this decimal string? @param {string | undefined} bits @param {bigint} bit */
export function hasBit(bits, bit) {
  const value = BigInt(bits || "0");
  return (value & bit) === bit || (value & 8n) === 8n;
}
