/** `20260302T010000Z`: an instant to the second as part of an id; sorts by time. */
export const toInstantId = (at: Date): string => `${at.toISOString().slice(0, 19).replace(/[-:]/g, "")}Z`;

/** The instant that an id begins with, ISO 8601; undefined where it begins with none. */
export function readInstant(id: string): string | undefined {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z(?![^-])/.exec(id);
  return match ? `${match[1]}-${match[2]}-${match[3]}T${match[4]}:${match[5]}:${match[6]}Z` : undefined;
}
