import { useEffect, useState } from 'react'

/**
 * Chooses from what is found for a text when Enter is pressed: at once if it has come, else as soon as it comes. `forget`
 * is for a text that has changed since.
 */
export function useEnter(isOfText: boolean, choose: () => void) {
  const [isPressed, setIsPressed] = useState(false)
  useEffect(() => {
    if (isPressed && isOfText) choose()
  })
  return {
    press: () => {
      if (isOfText) choose()
      else setIsPressed(true)
    },
    forget: () => {
      setIsPressed(false)
    },
  }
}
