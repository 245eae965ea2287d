// Preloaded: the clock of this process is off by as many milliseconds as CLOCK_OFF_MS says.
const off = Number(process.env.CLOCK_OFF_MS)
const now = Date.now.bind(Date)
Date.now = () => now() + off
