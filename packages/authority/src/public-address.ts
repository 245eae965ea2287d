import { BlockList, isIPv4, isIPv6 } from 'node:net'

/** IANA special-purpose registries, and multicast: no place that an agent may make this server call. */
const V4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
]
/** Of IPv6 only global unicast is open, and of that not what carries an IPv4 address or documents. */
const V6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20']

const blocked = new BlockList()
for (const [family, ranges] of [
  ['ipv4', V4],
  ['ipv6', V6],
] as const)
  for (const range of ranges) {
    const [network = '', bits] = range.split('/')
    blocked.addSubnet(network, Number(bits), family)
  }
const globalUnicast = new BlockList()
globalUnicast.addSubnet('2000::', 3, 'ipv6')

/** Whether an address, as a socket has it, is one of the public internet. */
export const isPublicAddress = (address: string): boolean => {
  if (isIPv4(address)) return !blocked.check(address, 'ipv4')
  // v4-mapped, unique local, link-local and loopback are all outside of 2000::/3.
  if (!isIPv6(address)) return false
  return globalUnicast.check(address, 'ipv6') && !blocked.check(address, 'ipv6')
}

export const isLoopbackAddress = (address: string): boolean =>
  address === '::1' || (isIPv4(address) && address.startsWith('127.'))

/** RFC 1918, RFC 6598 and RFC 4193: networks of one's own. Not link-local, where clouds answer for their machines. */
const own = new BlockList()
own.addSubnet('10.0.0.0', 8)
own.addSubnet('172.16.0.0', 12)
own.addSubnet('192.168.0.0', 16)
own.addSubnet('100.64.0.0', 10)
own.addSubnet('fc00::', 7, 'ipv6')

export const isPrivateAddress = (address: string): boolean =>
  isIPv4(address) ? own.check(address) : isIPv6(address) && own.check(address, 'ipv6')
