const decoders =
  /^(?:base64\.\w*decode\w*|binascii\.(?:unhexlify|a2b_\w+)|(?:builtins\.)?(?:bytes|bytearray)\.fromhex|(?:zlib|gzip|bz2|lzma|brotli)\.decompress|marshal\.loads?|codecs\.(?:getdecoder\(\)|lookup\(\)\.decode))$/

/** Functions that hand on what they get, in another form. */
const carriers = new Set([
  'builtins.str',
  'builtins.bytes',
  'builtins.bytearray',
  'builtins.memoryview',
  'builtins.list',
  'builtins.tuple',
  'builtins.reversed',
  'builtins.compile',
  'builtins.repr',
  'builtins.eval',
  'ast.parse',
  'io.BytesIO',
  'io.StringIO',
  'gzip.GzipFile',
  'json.loads',
  'pickle.loads',
  'textwrap.dedent',
  'urllib.parse.unquote',
  'codecs.encode',
])

const encodings =
  /^(?:rot_?13|hex(?:_codec)?|base_?64(?:_codec)?|zlib(?:_codec)?|zip|bz2(?:_codec)?|uu(?:_codec)?|unicode_escape|raw_unicode_escape|string_escape)$/i

/** Whether a function gives decoded text whatever it gets. */
export function isDecoder(path: string): boolean {
  return decoders.test(path)
}

/** Whether a function gives decoded text when it gets some. */
export function isCarrier(path: string): boolean {
  return carriers.has(path)
}

/** Whether an encoding stands for more than letters. */
export function isHiding(encoding: string): boolean {
  return encodings.test(encoding.replaceAll('-', '_'))
}
