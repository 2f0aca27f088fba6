import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { request } from '../../data/request'
import { viewerQuery } from '../../features/viewer/viewer'
import { graphql } from '../../graphql'
import { useI18n } from '../../i18n/context'
import { Dialog } from '../../ui/dialog'
import { failureText } from '../../ui/failure'
import { Field } from '../../ui/field'
import { say } from '../../ui/toasts'
import './layers.css'

const changeDocument = graphql(`
  mutation ChangePassword($input: ChangePasswordInput!) {
    changePassword(input: $input) {
      errors {
        message
        field
      }
    }
  }
`)

/** The form for a password of one's own. */
export default function ChangePassword({ onClose }: { onClose: () => void }) {
  const { t } = useI18n()
  const client = useQueryClient()
  const [values, setValues] = useState({ current: '', new: '' })
  const change = useMutation({
    mutationFn: () => request(changeDocument, { input: values }),
    onSuccess: async (data) => {
      if (data.changePassword?.errors.length) return
      say(t.common.passwordChanged)
      onClose()
      await client.invalidateQueries({ queryKey: viewerQuery.queryKey })
    },
  })
  const errors = change.data?.changePassword?.errors ?? []
  const errorOf = (field: string) => errors.find((e) => e.field?.includes(field))?.message
  const rest = errors.find((e) => !e.field?.some((f) => f === 'current' || f === 'new'))?.message
  const fields = [
    { name: 'current', label: t.common.currentPassword, autoComplete: 'current-password' },
    { name: 'new', label: t.common.newPassword, autoComplete: 'new-password' },
  ] as const
  return (
    <Dialog title={t.common.changePassword} onClose={onClose} size="narrow">
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault()
          change.mutate()
        }}
      >
        {fields.map(({ name, label, autoComplete }) => (
          <Field key={name} label={label} error={errorOf(name) ?? (name === 'new' ? rest : undefined)}>
            {(control) => (
              <input
                {...control}
                className="input"
                type="password"
                required
                maxLength={200}
                minLength={name === 'new' ? 12 : 1}
                autoComplete={autoComplete}
                value={values[name]}
                onChange={(event) => {
                  setValues({ ...values, [name]: event.target.value })
                }}
              />
            )}
          </Field>
        ))}
        {change.error && (
          <p role="alert" className="notice crit">
            {failureText(t, change.error)}
          </p>
        )}
        <button type="submit" className="btn loud" disabled={change.isPending}>
          {t.common.save}
        </button>
      </form>
    </Dialog>
  )
}
