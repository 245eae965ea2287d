import { createRoot } from 'react-dom/client'
import { Chat } from './chat.tsx'

const place = document.getElementById('chat')
if (place) createRoot(place).render(<Chat />)
