;; Puts the module of the package together again: undoes `moduleSource` of embed.mjs, in the
;; application, before the first session. JavaScript that does this takes three times as long in a
;; page that was just opened, since nothing has compiled it yet; docs/embedding.md has the numbers.
;;
;; The text is three parts: opcodes, what is not code, and operands (embed-streams.mjs says what is
;; in which). Each begins with three escapes and with its key, which has a character for each value:
;; an escape for those that take two characters, of which the second is the next plain one of the key.
;; Memory:
;;   0x0      where the next byte of each stream is, four bytes each: the first two parts, then the
;;            streams of operands
;;   0x400    a table for each part: four rows (no escape, then each of the three) of 128
;;            characters, with a value of two bytes. The entry of a character that is an escape is
;;            negative: how far it is to its row. Nothing has the character 0: its entry in the row
;;            of an escape counts how far its second characters have come in the key.
;;   0x1400   the pairs: the values that each stands for, two bytes each
;;   0x2000   the text, put there by JavaScript
;;   0x30000  the bytes of the parts
;;   0x60000  the module, whose sizes take three bytes each
(module
  (memory (export "m") 10)
  (global $text (mut i32) (i32.const 0x2000))
  (global $out (mut i32) (i32.const 0x30000))
  ;; that of the part which is being read
  (global $table (mut i32) (i32.const 0))

  (func $put (param $byte i32)
    (i32.store8 (global.get $out) (local.get $byte))
    (global.set $out (i32.add (global.get $out) (i32.const 1))))

  ;; The address of the entry of the next character.
  (func $entry (result i32)
    (global.set $text (i32.add (global.get $text) (i32.const 1)))
    (call $slot (i32.load8_u (i32.sub (global.get $text) (i32.const 1)))))

  (func $slot (param $char i32) (result i32)
    (i32.add (global.get $table) (i32.shl (local.get $char) (i32.const 1))))

  ;; The next value.
  (func $symbol (result i32) (local $row i32)
    (loop $escaped
      (br_if $escaped (i32.lt_s
        (local.tee $row (i32.load16_s (i32.sub (call $entry) (local.get $row))))
        (i32.const 0))))
    (local.get $row))

  ;; Writes a value, or those of a pair, which may be pairs themselves.
  (func $add (param $value i32)
    (if (i32.gt_u (local.get $value) (i32.const 255))
      (then
        (local.set $value (i32.shl (local.get $value) (i32.const 2)))
        (call $add (i32.load16_u offset=0x1000 (local.get $value)))
        (call $add (i32.load16_u offset=0x1002 (local.get $value))))
      (else (call $put (local.get $value)))))

  ;; Reads a part: four times its number, how many values its key has, and where it ends.
  (func $part (param $number i32) (param $values i32) (param $end i32)
    (local $n i32) (local $at i32) (local $row i32) (local $key i32)
    (i32.store (local.get $number) (global.get $out))
    (global.set $table (i32.add (i32.shl (local.get $number) (i32.const 8)) (i32.const 0x400)))
    (i32.store16 (call $entry) (i32.const -256))
    (i32.store16 (call $entry) (i32.const -512))
    (i32.store16 (call $entry) (i32.const -768))
    (local.set $key (global.get $text))
    (loop $next
      (if (i32.lt_s (local.tee $row (i32.load16_s (local.tee $at (call $entry)))) (i32.const 0))
        (then
          (local.set $row (i32.sub (global.get $table) (local.get $row)))
          (loop $escape
            (local.set $at (i32.load8_u (i32.add (local.get $key) (i32.load16_u (local.get $row)))))
            (i32.store16 (local.get $row) (i32.add (i32.load16_u (local.get $row)) (i32.const 1)))
            (br_if $escape (i32.lt_s (i32.load16_s (call $slot (local.get $at))) (i32.const 0))))
          (local.set $at (i32.add (local.get $row) (i32.shl (local.get $at) (i32.const 1))))))
      (i32.store16 (local.get $at) (local.get $n))
      (br_if $next
        (i32.ne (local.tee $n (i32.add (local.get $n) (i32.const 1))) (local.get $values))))
    (local.set $n (i32.const 1024))
    (loop $next
      (if (i32.lt_u (local.get $n) (i32.shl (local.get $values) (i32.const 2)))
        (then
          (i32.store16 offset=0x1000 (local.get $n) (call $symbol))
          (local.set $n (i32.add (local.get $n) (i32.const 2)))
          (br $next))))
    (loop $next
      (call $add (call $symbol))
      (br_if $next (i32.lt_u (global.get $text) (local.get $end)))))

  ;; Copies the next byte of a stream, and gives it.
  (func $byte (param $stream i32) (result i32) (local $at i32)
    (i32.store (local.tee $stream (i32.shl (local.get $stream) (i32.const 2)))
      (i32.add (local.tee $at (i32.load (local.get $stream))) (i32.const 1)))
    (call $put (local.tee $at (i32.load8_u (local.get $at))))
    (local.get $at))

  ;; The same with a number of one byte or more, seven bits in each.
  (func $number (param $stream i32) (result i32) (local $byte i32)
    (if (i32.gt_u (local.tee $byte (call $byte (local.get $stream))) (i32.const 127))
      (then
        (local.set $byte
          (i32.add
            (i32.sub (local.get $byte) (i32.const 128))
            (i32.shl (call $number (local.get $stream)) (i32.const 7))))))
    (local.get $byte))

  (func $bytes (param $count i32) (param $stream i32)
    (loop $next
      (if (local.get $count)
        (then
          (drop (call $byte (local.get $stream)))
          (local.set $count (i32.sub (local.get $count) (i32.const 1)))
          (br $next)))))

  ;; Whether an opcode is one of `count` that follow one another.
  (func $in (param $op i32) (param $first i32) (param $count i32) (result i32)
    (i32.lt_u (i32.sub (local.get $op) (local.get $first)) (local.get $count)))

  ;; A function: the same grammar as `walk` in embed-streams.mjs, which has the words for it.
  (func $body (local $op i32) (local $stream i32) (local $count i32) (local $depth i32)
    (call $bytes (i32.shl (call $number (i32.const 5)) (i32.const 1)) (i32.const 5))
    (loop $next
      (i32.store (i32.const 0) (i32.add (local.tee $op (i32.load (i32.const 0))) (i32.const 1)))
      (local.set $stream (local.tee $op (i32.load8_u (local.get $op))))
      ;; blocks without a result: 18 to 20
      (if (call $in (local.get $op) (i32.const 18) (i32.const 3))
        (then
          (local.set $depth (i32.add (local.get $depth) (i32.const 1)))
          (call $put (i32.sub (local.get $op) (i32.const 16)))
          (call $put (i32.const 64))
          (br $next)))
      ;; local.get 0
      (if (i32.eq (local.get $op) (i32.const 9))
        (then
          (call $put (i32.const 32))
          (call $put (i32.const 0))
          (br $next)))
      (call $put (local.get $op))
      (if (i32.eq (local.get $op) (i32.const 11))
        (then
          (br_if $next
            (i32.ge_s (local.tee $depth (i32.sub (local.get $depth) (i32.const 1))) (i32.const 0)))
          (return)))
      (if (local.tee $count (call $in (local.get $op) (i32.const 2) (i32.const 3)))
        (then
          (local.set $depth (i32.add (local.get $depth) (i32.const 1)))))
      (if (call $in (local.get $op) (i32.const 40) (i32.const 23))
        (then
          (drop (call $number (i32.const 11)))
          (local.set $stream (i32.and (local.get $op) (i32.const 124)))))
      (if (i32.or (i32.eq (local.get $op) (i32.const 32)) (i32.eq (local.get $op) (i32.const 65)))
        (then
          (local.set $stream
            (i32.add (i32.add (i32.and (local.get $op) (i32.const 64)) (i32.const 69))
              (i32.shr_u (i32.load8_u (i32.load (i32.const 0))) (i32.const 2))))))
      (if (i32.or
            (call $in (local.get $op) (i32.const 12) (i32.const 2))
            (call $in (local.get $op) (i32.const 32) (i32.const 35)))
        (then (local.set $count (i32.const 1))))
      (if (i32.eq (local.get $op) (i32.const 14))
        (then (local.set $count (i32.add (call $number (local.get $op)) (i32.const 1)))))
      (if (i32.eq (local.get $op) (i32.const 16))
        (then (local.set $count (i32.const 1)) (local.set $stream (i32.const 0))))
      (if (i32.eq (local.get $op) (i32.const 17))
        (then (local.set $count (i32.const 2))))
      (if (i32.eq (local.get $op) (i32.const 252))
        (then
          (local.set $stream (i32.const 0))
          (if (i32.gt_u (local.tee $op (call $number (i32.const 0))) (i32.const 9))
            (then (local.set $count (i32.sub (i32.const 12) (local.get $op)))))))
      (if (i32.eq (local.get $op) (i32.const 68))
        (then (call $bytes (i32.const 8) (local.get $op))))
      (loop $more
        (if (local.get $count)
          (then
            (drop (call $number (local.get $stream)))
            (local.set $count (i32.sub (local.get $count) (i32.const 1)))
            (br $more))))
      (br $next)))

  ;; A function, or all of them, with the size before it.
  (func $sized (param $functions i32) (local $start i32) (local $n i32)
    (local.set $start (global.get $out))
    (global.set $out (i32.add (local.get $start) (i32.const 3)))
    (if (local.get $functions)
      (then
        (local.set $n (call $number (i32.const 1)))
        (loop $next
          (call $sized (i32.const 0))
          (br_if $next (local.tee $n (i32.sub (local.get $n) (i32.const 1))))))
      (else (call $body)))
    (i32.store16 (local.get $start)
      (i32.or
        (i32.or
          (i32.and
            (local.tee $n
              (i32.sub (i32.sub (global.get $out) (local.get $start)) (i32.const 3)))
            (i32.const 127))
          (i32.shl (i32.and (local.get $n) (i32.const 0x3f80)) (i32.const 1)))
        (i32.const 0x8080)))
    (i32.store8 offset=2 (local.get $start) (i32.shr_u (local.get $n) (i32.const 14))))

  ;; Gives where the module ends. How many values the first key has, and where each part ends.
  (func (export "u")
    (param $values i32) (param $opcodes i32) (param $outside i32) (param $operands i32) (result i32)
    (local $at i32) (local $stream i32) (local $end i32)
    (call $part (i32.const 0) (local.get $values) (local.get $opcodes))
    (call $part (i32.const 4) (i32.const 256) (local.get $outside))
    (call $part (i32.const 8) (i32.const 256) (local.get $operands))
    (local.set $end (local.tee $at (i32.load (i32.const 8))))
    (loop $next
      (i32.store offset=8 (local.get $stream) (local.get $at))
      (local.set $at (i32.add (local.get $at) (call $number (i32.const 1))))
      (br_if $next
        (i32.ne (local.tee $stream (i32.add (local.get $stream) (i32.const 4))) (i32.const 780))))
    (global.set $out (i32.const 0x60000))
    (call $bytes (i32.const 8) (i32.const 1))
    (loop $next
      (if (i32.eq (call $byte (i32.const 1)) (i32.const 10))
        (then (call $sized (i32.const 1)))
        (else (call $bytes (call $number (i32.const 1)) (i32.const 1))))
      (br_if $next (i32.ne (i32.load (i32.const 4)) (local.get $end))))
    (global.get $out))
)
