/** What an administrator may ask for: `native` fails where there is no native build, `auto` runs what was faster. */
export const engineChoices = ['auto', 'prebuilt', 'native'] as const;
export type EngineChoice = (typeof engineChoices)[number];
