import type { Messages } from '../messages'
import { common } from './common'
import { equipment } from './equipment'
import { maintenance, overview } from './maintenance'

export const es: Messages = { common, equipment, maintenance, overview }
