/** Languages that highlight.js does not bring, as plain as they can be. */
export const GRAMMARS = { hcl, zig }

function hcl(hljs) {
  const template = { className: 'subst', begin: /\$\{/, end: /\}/, keywords: { literal: 'true false null' } }
  const string = { className: 'string', begin: '"', end: '"', contains: [hljs.BACKSLASH_ESCAPE, template] }
  template.contains = [string, hljs.C_NUMBER_MODE]
  return {
    name: 'HCL',
    keywords: {
      keyword: 'for if else endif endfor in dynamic provider resource data variable output locals module terraform backend moved import check',
      literal: 'true false null',
      built_in: 'string number bool list map set object tuple any var local each count path self',
    },
    contains: [
      hljs.HASH_COMMENT_MODE, hljs.C_LINE_COMMENT_MODE, hljs.C_BLOCK_COMMENT_MODE, string, hljs.C_NUMBER_MODE,
      { className: 'string', begin: /<<-?\s*([A-Z_]+)\n/, end: /^\s*[A-Z_]+$/ },
      { className: 'attr', begin: /[\w-]+(?=\s*=(?!=))/ },
      { className: 'title', begin: /\b[a-z_]\w*(?=\()/ },
    ],
  }
}

function zig(hljs) {
  return {
    name: 'Zig',
    keywords: {
      keyword: 'addrspace align allowzero and anyframe anytype asm async await break callconv catch comptime const continue defer else ' +
        'enum errdefer error export extern fn for if inline linksection noalias noinline nosuspend opaque or orelse packed pub ' +
        'resume return struct suspend switch test threadlocal try union unreachable usingnamespace var volatile while',
      literal: 'true false null undefined',
      type: 'bool void noreturn type anyerror usize isize comptime_int comptime_float f16 f32 f64 f80 f128 u8 i8 u16 i16 u32 i32 u64 i64 u128 i128',
    },
    contains: [
      hljs.C_LINE_COMMENT_MODE, hljs.QUOTE_STRING_MODE, hljs.APOS_STRING_MODE, hljs.C_NUMBER_MODE,
      { className: 'string', begin: /\\\\/, end: /$/ },
      { className: 'built_in', begin: /@[a-zA-Z_]\w*/ },
      { className: 'title', begin: /\b[a-zA-Z_]\w*(?=\()/ },
    ],
  }
}
