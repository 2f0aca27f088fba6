import type { CreateSiteInput, SiteFieldsFragment } from '../../graphql/graphql'

export const siteFields = ['name', 'code', 'address', 'timeZone'] as const
export type SiteField = (typeof siteFields)[number]

/** The form of a site, as it is typed. */
export type SiteForm = Record<SiteField, string>

/** Returns the form of a site; without one that of a new site. */
export function siteForm(site: SiteFieldsFragment | null): SiteForm {
  return { name: site?.name ?? '', code: site?.code ?? '', address: site?.address ?? '', timeZone: site?.timeZone ?? '' }
}

/** Returns the values of a form; what is empty is null. */
export function siteValues(form: SiteForm): CreateSiteInput {
  const text = (field: SiteField) => form[field].trim() || null
  return { name: form.name.trim(), code: text('code'), address: text('address'), timeZone: text('timeZone') }
}

/** Returns the values of a form that differ from those with which it was opened: what others changed meanwhile stays. */
export function siteChanges(form: SiteForm, start: SiteForm): Partial<CreateSiteInput> {
  const before = siteValues(start)
  return Object.fromEntries(Object.entries(siteValues(form)).filter(([field, value]) => value !== before[field as SiteField]))
}
