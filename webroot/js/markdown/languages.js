/** The languages of highlight.js that are files of their own, each with its other names; the common ones come with the library. */
const FILES = `1c abnf accesslog actionscript:as ada angelscript:asc apache:apacheconf applescript:osascript arcade arduino:ino
  armasm:arm,aarch64 asciidoc:adoc aspectj autohotkey:ahk autoit avrasm awk axapta:x++ basic bnf brainfuck:bf cal capnproto:capnp
  ceylon clean:icl,dcl clojure:clj,edn,cljs clojure-repl cmake:cmake.in coffeescript:coffee,cson,iced coq cos:cls crmsh:crm,pcmk
  crystal:cr csp d dart delphi:dpr,dfm,pas,pascal django:jinja,jinja2 dns:bind,zone dockerfile:docker,containerfile dos:bat,cmd,batch
  dsconfig dts dust:dst ebnf elixir:ex,exs elm erb erlang:erl erlang-repl excel:xlsx,xls fix flix fortran:f90,f95 fsharp:fs,f#
  gams:gms gauss:gss gcode:nc gherkin:feature,cucumber glsl gml golo gradle groovy haml
  handlebars:hbs,html.hbs,html.handlebars,htmlbars haskell:hs haxe:hx hsp http:https hy:hylang inform7:i7 irpf90 isbl
  jboss-cli:wildfly-cli julia:jl julia-repl:jldoctest lasso:ls,lassoscript latex:tex ldif leaf lisp:elisp,emacs-lisp,common-lisp
  livecodeserver livescript llvm lsl mathematica:mma,wl matlab:octave maxima mel mercury:m,moo mipsasm:mips mizar mojolicious monkey
  moonscript:moon n1ql nginx:nginxconf nim nix:nixos node-repl nsis ocaml:ml openscad:scad oxygene parser3 pf:pf.conf
  pgsql:postgres,postgresql,plpgsql pony powershell:pwsh,ps,ps1 processing:pde profile prolog properties protobuf:proto,proto3
  puppet:pp purebasic:pb,pbi q:k,kdb qml:qt reasonml:re rib roboconf:graph,instances routeros:mikrotik rsl ruleslanguage sas
  scala:sc scheme:scm,racket scilab:sci smali smalltalk:st sml sqf stan:stanfuncs stata:do,ado step21:p21,step,stp stylus:styl subunit
  taggerscript tap tcl:tk thrift tp twig:craftcms vala vbscript:vbs vbscript-html verilog:v,sv,svh,systemverilog vhdl vim:viml wren
  x86asm:asm,nasm,assembly xl:tao xquery:xpath,xq,xqm zephir:zep`

/** What highlight.js does not know by that name, and what it calls it, or what comes next to it. */
const OTHER_NAMES = {
  astro: 'xml', svelte: 'xml', vue: 'xml', cuda: 'cpp', dotenv: 'bash', env: 'bash', fish: 'bash', terraform: 'hcl', tf: 'hcl', tfvars: 'hcl',
}

const files = new Map()
for (const entry of FILES.split(/\s+/)) {
  const [file, others] = entry.split(':')
  for (const name of [file, ...others?.split(',') ?? []]) files.set(name, file)
}

/** All names that bring a file. */
export const namesOfFiles = () => [...files.keys()]

/** The file that brings a language by this name, if it is not one of the common ones. */
export const fileOf = name => files.get(name)

/** The name that highlight.js takes, in small letters, after its file has been loaded. */
export function languageOf(name) {
  const small = name.toLowerCase()
  return OTHER_NAMES[small] ?? fileOf(small) ?? small
}
