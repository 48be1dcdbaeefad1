const loopback = ['127.0.0.1', 'localhost', '[::1]']

/** The origins by which people may know what listens at an address: on this very machine, it has several names. */
export function originsOf(url: string): readonly string[] {
  const { origin, hostname, protocol, port } = new URL(url)
  if (!loopback.includes(hostname)) return [origin]
  const others = loopback.filter((each) => each !== hostname)
  return [origin, ...others.map((each) => new URL(`${protocol}//${each}:${port}`).origin)]
}
