/** A bar chart as SVG: one group per row, one bar per series, values written on the bars. */

export interface Series {
  name: string;
  values: (number | null)[];
}

const colours = ['#2f6f5e', '#b0803a', '#6b7280', '#7a5c99'];
const barHeight = 18;
const groupGap = 16;
const left = 150;
const plotWidth = 560;

const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

export function barChart(title: string, unit: string, groups: string[], series: Series[]): string {
  const most = Math.max(1e-9, ...series.flatMap(({ values }) => values.map((value) => value ?? 0)));
  const groupHeight = series.length * barHeight + groupGap;
  const top = 64;
  const height = top + groups.length * groupHeight + 12;
  const bars = groups.flatMap((group, row) => {
    const y = top + row * groupHeight;
    const label = `<text x="${left - 10}" y="${y + (series.length * barHeight) / 2 + 4}" text-anchor="end">${escaped(group)}</text>`;
    const rects = series.map(({ values }, index) => {
      const value = values[row] ?? null;
      const at = y + index * barHeight;
      if (value === null) return `<text x="${left + 4}" y="${at + 13}" fill="#888">not run</text>`;
      const width = Math.max(1, (value / most) * plotWidth);
      const shown = value >= 100 ? value.toFixed(0) : value.toFixed(1);
      return (
        `<rect x="${left}" y="${at}" width="${width.toFixed(1)}" height="${barHeight - 3}" fill="${colours[index % colours.length]}"/>` +
        `<text x="${(left + width + 6).toFixed(1)}" y="${at + 12}">${shown}</text>`
      );
    });
    return [label, ...rects];
  });
  const legend = series.map(
    ({ name }, index) =>
      `<rect x="${left + index * 170}" y="36" width="12" height="12" fill="${colours[index % colours.length]}"/>` +
      `<text x="${left + index * 170 + 18}" y="46">${escaped(name)}</text>`,
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${left + plotWidth + 80}" height="${height}" font-family="system-ui, sans-serif" font-size="12">`,
    `<rect width="100%" height="100%" fill="#fff"/>`,
    `<text x="16" y="22" font-size="15" font-weight="600">${escaped(title)} (${escaped(unit)})</text>`,
    ...legend,
    ...bars,
    '</svg>',
    '',
  ].join('\n');
}
