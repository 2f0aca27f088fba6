import { common } from './common'
import { equipment } from './equipment'
import { maintenance, overview } from './maintenance'
import { mend } from './mend'

export const en = { common, equipment, maintenance, mend, overview }
