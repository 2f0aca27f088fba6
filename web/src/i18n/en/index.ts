import { common } from './common'
import { equipment } from './equipment'
import { maintenance, overview } from './maintenance'

export const en = { common, equipment, maintenance, overview }
