import { execFile } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { promisify } from 'node:util'

// The form that builders of wheels write (PEP 427), with the one library that every Python has.
const builder = `import base64, hashlib, sys, zipfile
folder, name, version = sys.argv[1:]
info = f'{name}-{version}.dist-info'
files = {
    f'{name}/__init__.py': 'from .face import smile\\n',
    f'{name}/face.py': 'def smile():\\n    return ":-)"\\n',
    f'{info}/METADATA': f'Metadata-Version: 2.1\\nName: {name}\\nVersion: {version}\\n',
    f'{info}/WHEEL': 'Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n',
}
digest = lambda text: base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode().rstrip('=')
record = ''.join(f'{path},sha256={digest(text)},{len(text)}\\n' for path, text in files.items())
with zipfile.ZipFile(f'{folder}/{name}-{version}-py3-none-any.whl', 'w') as wheel:
    for path, text in {**files, f'{info}/RECORD': f'{record}{info}/RECORD,,\\n'}.items():
        wheel.writestr(path, text)
`

/** Writes a wheel whose package has a function `smile`. */
export async function makeWheel(folder: string, name: string, version: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  await promisify(execFile)('python3', ['-I', '-c', builder, folder, name, version])
}
