/** Where the proxy is found inside. No jail has anything there before its program begins. */
export const doorwayAddress = { host: '127.0.0.1', port: 3128 } as const
