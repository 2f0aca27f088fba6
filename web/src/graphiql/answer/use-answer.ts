import { useGraphiQL } from '@graphiql/react'
import { useCallback, useDeferredValue, useEffect, useMemo, useRef, useSyncExternalStore } from 'react'
import { readAnswer, type Answer } from './answer'

/**
 * Returns the answer that GraphiQL shows: of the tab that is open, the last one of a
 * subscription, with all parts of an incremental one that have arrived. It is read from the
 * text of the JSON, so that both say the same, and only when it is wanted.
 */
export function useAnswer(wanted: boolean, onFailed: () => void): Answer | null {
  const model = useGraphiQL((state) => state.responseEditor)?.getModel()
  const subscribe = useCallback(
    (onChange: () => void) => {
      const subscription = model?.onDidChangeContent(onChange)
      return () => subscription?.dispose()
    },
    [model],
  )
  const version = useDeferredValue(useSyncExternalStore(subscribe, () => (model && !model.isDisposed() ? model.getVersionId() : 0)))
  const answer = useMemo(
    () => (wanted && model && version > 0 && !model.isDisposed() ? readAnswer(model.getValue()) : null),
    [wanted, model, version],
  )
  const seen = useRef(version)
  useEffect(() => {
    if (seen.current === version) return
    seen.current = version
    if (answer?.failed) onFailed()
  }, [answer, version, onFailed])
  return answer
}
