/** App settings as the host sees them: its environment. */
export type Settings = Readonly<Record<string, string | undefined>>;

/** Replaces `%NAME%` by that app setting, as the host does in binding properties; throws if the setting is missing. */
export function resolveSettings(text: string, settings: Settings): string {
  return text.replaceAll(/%([^%]+)%/g, (_, name: string) => {
    const value = settings[name];
    if (value === undefined) throw new Error(`%${name}% does not resolve: there is no app setting ${name}`);
    return value;
  });
}
