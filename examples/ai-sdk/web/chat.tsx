import { useChat } from '@ai-sdk/react'
import { isToolUIPart, lastAssistantMessageIsCompleteWithApprovalResponses } from 'ai'
import { type SubmitEvent, useState } from 'react'
import { ToolCard } from './tool-card.tsx'

/** An ordinary chat of the SDK. Nothing in it knows of permissions but the card. */
export function Chat() {
  const { messages, sendMessage, addToolApprovalResponse, status, error } = useChat({
    sendAutomaticallyWhen: lastAssistantMessageIsCompleteWithApprovalResponses,
  })
  const [text, setText] = useState('Pay the invoice in doc_9982, please.')
  const send = (event: SubmitEvent) => {
    event.preventDefault()
    void sendMessage({ text })
    setText('')
  }
  return (
    <>
      <h1>Invoices</h1>
      <ol>
        {messages.map(({ id, role, parts }, nth) => (
          <li key={id} className={role}>
            {parts.map((part, at) => {
              const key = `${id}-${at}`
              if (part.type === 'text') return <p key={key}>{part.text}</p>
              if (!isToolUIPart(part)) return null
              // What a later message has dropped waits for nobody.
              const open = nth === messages.length - 1
              return <ToolCard key={key} part={part} open={open} answer={addToolApprovalResponse} />
            })}
          </li>
        ))}
      </ol>
      {error && <p role="alert">{error.message}</p>}
      <form onSubmit={send}>
        <input aria-label="Message" value={text} onChange={({ target }) => setText(target.value)} />
        <button type="submit" disabled={status !== 'ready'}>
          Send
        </button>
      </form>
    </>
  )
}
