import { common } from './common'
import { equipment } from './equipment'
import { maintenance, overview } from './maintenance'
import { mend } from './mend'
import { papers } from './papers'
import { reliability } from './reliability'
import { services } from './services'
import { sites } from './sites'

export const en = { common, equipment, maintenance, mend, overview, papers, reliability, services, sites }
