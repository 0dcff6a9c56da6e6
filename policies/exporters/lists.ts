/** For gear with an import form of its own. */
import type { Exporter } from './export.ts';

export const list: Exporter = {
  format: 'list',
  title: 'plain list, one domain a line',
  comment: '#',
  supportsRedirect: false,
  file: 'stillroom-domains.txt',
  write: ({ suffixes, names, networks }) => ({
    text: [...suffixes, ...names, ...networks, ''].join('\n'),
    limits: [
      'Suffixes and exact names look the same here: let your gear match subdomains too. The csv format tells them apart.',
    ],
  }),
};

export const csv: Exporter = {
  format: 'csv',
  title: 'CSV with reason, source, date and certainty',
  comment: '#',
  supportsRedirect: false,
  file: 'stillroom-domains.csv',
  write: (_denies, { compiled }, { includeReport }) => {
    const rows = compiled.rules
      .filter((rule) => rule.action === 'deny' && (includeReport || rule.mode === 'enforce'))
      .flatMap((rule) =>
        rule.to.map((to) => [
          to.suffix ?? to.name ?? to.cidr ?? '',
          to.suffix !== undefined ? 'suffix' : to.name !== undefined ? 'name' : 'network',
          (to.ports ?? []).join(' '),
          rule.id,
          rule.mode,
          rule.reason,
          rule.source ?? '',
          rule.certainty ?? '',
        ]),
      );
    const cell = (value: string) => (/[",\n]/u.test(value) ? `"${value.replaceAll('"', '""')}"` : value);
    return {
      text: `${[['target', 'kind', 'ports', 'rule', 'mode', 'reason', 'source', 'certainty'], ...rows].map((row) => row.map(cell).join(',')).join('\n')}\n`,
      limits: ['A list to import or review; how far it reaches depends on the gear.'],
    };
  },
};
