// Puts files into the binary: writes OUT.S, which holds their bytes, and OUT.cpp, which defines
//
//   std::span<const lotkeeper::base::EmbeddedFile> FUNCTION()
//
//   node embed.mjs LIST OUT FUNCTION [--gzip]
//
// LIST has one line for each file: path, content type and file, separated by tabs; files are
// relative to LIST's folder. FUNCTION is qualified: lotkeeper::http::embedded_pages.

import { readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';

const [list, out, qualified, option] = process.argv.slice(2);
if (!qualified || (option && option !== '--gzip')) {
  console.error('usage: node embed.mjs LIST OUT FUNCTION [--gzip]');
  process.exit(2);
}

const files = readFileSync(list, 'utf8').split('\n').filter(Boolean).map((line) => {
  const [path, type, file] = line.split('\t');
  return { path, type, file: resolve(dirname(list), file) };
});

const parts = qualified.split('::');
const name = parts.pop();
const label = parts.concat(name).join('_');
const quote = (text) => JSON.stringify(text);

const assembly = ['  .section .rodata'];
const declarations = [];
const rows = [];

function addBytes(symbol, file) {
  assembly.push(`  .balign 16`, `  .global ${symbol}`, `${symbol}:`, `  .incbin ${quote(file)}`,
    `  .global ${symbol}_end`, `${symbol}_end:`, '  .byte 0');
  declarations.push(`extern const char ${symbol}[], ${symbol}_end[];`);
  return `between(${symbol}, ${symbol}_end)`;
}

files.forEach(({ path, type, file }, index) => {
  const content = addBytes(`${label}_${index}`, file);
  let gzipped = '{}';
  if (option === '--gzip') {
    const compressed = `${resolve(out)}.${index}.gz`;
    writeFileSync(compressed, gzipSync(readFileSync(file), { level: 9 }));
    gzipped = addBytes(`${label}_${index}_gz`, compressed);
  }
  rows.push(`    {${quote(path)}, ${quote(type)}, ${content}, ${gzipped}},`);
});
assembly.push('  .section .note.GNU-stack,"",@progbits', '');
writeFileSync(`${out}.S`, assembly.join('\n'));
writeFileSync(`${out}.cpp`, `// Generated from ${basename(list)}.
#include <span>

#include "base/embedded.hpp"

extern "C" {
${declarations.join('\n')}
}

namespace ${parts.join('::')} {

std::span<const lotkeeper::base::EmbeddedFile> ${name}();

std::span<const lotkeeper::base::EmbeddedFile> ${name}() {
  const auto between = [](const char* first, const char* last) {
    return std::string_view(first, static_cast<std::size_t>(last - first));
  };
  static const lotkeeper::base::EmbeddedFile files[] = {
${rows.join('\n')}
  };
  return files;
}

}  // namespace ${parts.join('::')}
`);
