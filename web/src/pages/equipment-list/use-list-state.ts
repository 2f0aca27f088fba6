import { useCallback, useMemo } from 'react'
import { useSearchParams } from 'react-router'
import { filterOf, readState, writeState, type ListState } from '../../features/equipment/list-state'
import type { List } from '../../features/equipment/pages'

/** The state of the list, which is that of the address. */
export function useListState() {
  const [params, setParams] = useSearchParams()
  const key = params.toString()
  const state = useMemo(() => readState(new URLSearchParams(key)), [key])
  const list = useMemo<List>(() => ({ filter: filterOf(state), order: state.order }), [state])
  const change = useCallback(
    (fields: Partial<ListState>) => {
      setParams((before) => writeState({ ...readState(before), ...fields }, before), { replace: true })
    },
    [setParams],
  )
  return { state, list, change }
}
