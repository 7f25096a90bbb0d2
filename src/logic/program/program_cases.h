#pragma once
// Programs with what must become of them, for program_test.cc and, where Python is installed, against Python.

#include <array>
#include <string_view>

#include "logic/program/program.h"

namespace genkai::logic {

struct ProgramCase {
  std::string_view name;
  std::string_view source;
  Ending ending = Ending::halted;
  std::string_view output{};  // of halted and failed: all that is printed
  std::string_view error{};   // failed: the exception; undetermined: the bound
};

inline constexpr ProgramCase kProgramCases[] = {
    {"empty", "", Ending::halted, ""},
    {"comment_only", "# nothing\n\n   # more", Ending::halted, ""},
    {"arithmetic", "print(7 + 3 * 2 - 4 // 3, 7 // -2, -7 // 2, -7 % 3, 7 % -3, 2 ** 10, -2 ** 2)",
     Ending::halted, "12 -4 -4 2 -2 1024 -4\n"},
    {"bit_operators", "print(6 & 3, 6 | 3, 6 ^ 3, ~6, 1 << 5, -9 >> 1, -6 & 12, -6 | 12, -6 ^ 12)",
     Ending::halted, "2 7 5 -7 32 -5 8 -2 -10\n"},
    {"big_integers",
     "a = 2 ** 64\nprint(a, -a, a * a, a - 1, (a + 7) % 1000, -a // 7, -a % 7, a == 2 ** 64, a > 1)",
     Ending::halted,
     "18446744073709551616 -18446744073709551616 340282366920938463463374607431768211456 "
     "18446744073709551615 623 "
     "-2635249153387078803 5 True True\n"},
    {"big_bit_operators",
     "a = -(2 ** 70) + 5\nprint(a & 2 ** 66 - 1, a | 2 ** 66, a ^ 2 ** 80, ~a, a >> 3, a >> 100, -1 >> 200, "
     "a << 2)",
     Ending::halted,
     "5 -1106804644422573096955 -1210106411235346586009595 1180591620717411303418 -147573952589676412928 -1 "
     "-1 "
     "-4722366482869645213676\n"},
    {"least_int64",
     "a = -2 ** 63\nprint(a, -a, a - 1, abs(a), a // -1, a % -1, a * -1, a == -(2 ** 63), -a > a)",
     Ending::halted,
     "-9223372036854775808 9223372036854775808 -9223372036854775809 9223372036854775808 9223372036854775808 "
     "0 "
     "9223372036854775808 True True\n"},
    {"booleans",
     "print(True + True, True & False, True & 1, not 0, True == 1, False < True, 3 and 0 or 'x', None or 2)",
     Ending::halted, "2 False 1 True True True x 2\n"},
    {"number_literals", "print(0x1F, 0b101, 0o17, 1_000_000, 000, 0xffff_ffff_ffff_ffff_f)", Ending::halted,
     "31 5 15 1000000 0 295147905179352825855\n"},
    {"chained_comparison",
     "def f(x):\n    print(x)\n    return x\nprint(1 < f(2) < 3 < f(1) < f(9))\nprint(1 < 2 > 1 != 5)",
     Ending::halted, "2\n1\nFalse\nTrue\n"},
    {"short_circuit",
     "def f():\n    print('no')\n    return 1\nprint(0 and f(), 1 or f(), 5 if True else f())",
     Ending::halted, "0 1 5\n"},
    {"strings", R"(s = 'ab' "cd" + 'e' * 3
print(s, len(s), s[0], s[-1], s[1:4], s[::-1], s[-2:], 'bc' in s, 'x' not in s, s < 'b'))",
     Ending::halted, "abcdeee 7 a e bcd eeedcba ee True True True\n"},
    {"string_escapes", R"(print('a\tb\\\'\x41\u3042\101', r'\n', '''x
y''', ['\n', "'", '"', '\x00é\u200b']))",
     Ending::halted, "a\tb\\'AあA \\n x\ny ['\\n', \"'\", '\"', '\\x00é\\u200b']\n"},
    {"string_methods",
     R"(print('a,b,,c'.split(','), ' x  y '.split(), '-'.join(['1', '2']), '  q '.strip(), 'xxaxx'.strip('x'))
print('hello'.find('l'), 'hello'.find('z'), 'hello'.count('l'), 'hello'.index('e'), 'aaa'.replace('a', 'bb'),
      'ab'.replace('', '-'), 'Abc'.upper(), 'ABc'.lower(), 'abc'.startswith('ab'), 'abc'.endswith('b')))",
     Ending::halted, "['a', 'b', '', 'c'] ['x', 'y'] 1-2 q a\n2 -1 2 1 bbbbbb -a-b- ABC abc True False\n"},
    {"japanese_text", "名前 = '日本語'\nprint(名前, len(名前), 名前[1], ord('あ'), chr(12354))",
     Ending::halted, "日本語 3 本 12354 あ\n"},
    {"identifiers_are_compared_in_nfkc", "ｘ = 5\nprint(x)", Ending::halted, "5\n"},
    {"lists",
     "a = [3, 1, 2]\na.append(5)\na.insert(0, 9)\na.remove(1)\na[1] = 7\nprint(a, a.pop(), a.pop(0), len(a), "
     "a)",
     Ending::halted, "[7, 2] 5 9 2 [7, 2]\n"},
    {"list_aliasing",
     "a = [1]\nb = a\nb.append(2)\nc = a[:]\nc.append(3)\nb += [4]\nb = b + [5]\nprint(a, b, c, a is b)",
     Ending::halted, "[1, 2, 4] [1, 2, 4, 5] [1, 2, 3] False\n"},
    {"list_of_one_list", "a = [[0] * 2] * 2\na[0][0] = 1\nprint(a, a[0] is a[1])", Ending::halted,
     "[[1, 0], [1, 0]] True\n"},
    {"list_in_itself", "a = [1]\na.append(a)\nprint(a, len(a[1][1]))", Ending::halted, "[1, [...]] 2\n"},
    {"list_in_place_times", "a = [1, 2]\nb = a\na *= 2\nprint(b)\na *= 0\nprint(b)", Ending::halted,
     "[1, 2, 1, 2]\n[]\n"},
    {"list_extends_itself", "a = [1, 2]\na.extend(a)\na += a\na += 'xy'\nprint(a)", Ending::halted,
     "[1, 2, 1, 2, 1, 2, 1, 2, 'x', 'y']\n"},
    {"default_is_shared", "def f(x, a=[]):\n    a.append(x)\n    return a\nf(1)\nf(2)\nprint(f(3), f(4, []))",
     Ending::halted, "[1, 2, 3] [4]\n"},
    {"slices",
     "a = [0, 1, 2, 3, 4]\nprint(a[1:], a[:-1], a[::2], a[::-2], a[10:], a[-10:2], a[3:1], a[4:0:-1], (1, 2, "
     "3)[1:])",
     Ending::halted, "[1, 2, 3, 4] [0, 1, 2, 3] [0, 2, 4] [4, 2, 0] [] [0, 1] [] [4, 3, 2, 1] (2, 3)\n"},
    {"tuples",
     "a, b = 1, 2\na, b = b, a\nc, (d, e) = 3, [4, 5]\nt = a, b\nprint(a, b, c, d, e, t, (1,), (), t + (9,), "
     "t * 2)",
     Ending::halted, "2 1 3 4 5 (2, 1) (1,) () (2, 1, 9) (2, 1, 2, 1)\n"},
    {"chained_assignment", "a = b = [0, 0]\ni = 1\ni = a[i] = i + 6 if a is b else 0\nprint(a, b, i)",
     Ending::failed, "", "IndexError"},
    {"assignment_goes_left_to_right", "i = 0\na = [5, 5]\ni = a[i] = 1\nprint(a, i)", Ending::halted,
     "[5, 1] 1\n"},
    {"augmented",
     "a = [1, 2]\na[0] += 5\na[-1] **= 3\nx = 10\nx -= 3\nx *= 2\nx //= 3\nx <<= 4\nx |= 1\nx ^= 3\nx %= "
     "50\nprint(a, x)",
     Ending::halted, "[6, 8] 16\n"},
    {"augmented_index_is_evaluated_once",
     "def i():\n    print('i')\n    return 0\na = [1]\na[i()] += 1\nprint(a)", Ending::halted, "i\n[2]\n"},
    {"while_else", "n = 0\nwhile n < 3:\n    n += 1\nelse:\n    print('done', n)", Ending::halted,
     "done 3\n"},
    {"break_skips_else",
     "for i in range(5):\n    if i == 2:\n        break\nelse:\n    print('no')\nprint(i)", Ending::halted,
     "2\n"},
    {"for_else",
     "for i in []:\n    pass\nelse:\n    print('empty')\nfor x in 'ab':\n    continue\nelse:\n    print(x)",
     Ending::halted, "empty\nb\n"},
    {"nested_loops",
     "for i in range(3):\n  for j in range(3):\n    if j == i: continue\n    if j > 1: break\n    print(i, "
     "j, end=' ')\nprint()",
     Ending::halted, "0 1 1 0 2 0 2 1 \n"},
    {"for_over_a_list_that_shrinks", "a = [1, 2, 3, 4]\nfor x in a:\n    a.remove(x)\nprint(a)",
     Ending::halted, "[2, 4]\n"},
    {"for_unpacks", "for a, b in [(1, 2), [3, 4], 'xy', range(2)]:\n    print(a, b)", Ending::halted,
     "1 2\n3 4\nx y\n0 1\n"},
    {"ranges",
     "print(list(range(5)), list(range(5, 0, -2)), range(3), range(1, 9, 4), len(range(0, 10, 3)), "
     "range(7)[-1], "
     "3 in range(0, 9, 3), 4 in range(0, 9, 3), 5 in range(9, 0, -2), range(0) == range(3, 3))",
     Ending::halted, "[0, 1, 2, 3, 4] [5, 3, 1] range(0, 3) range(1, 9, 4) 4 6 True False True True\n"},
    {"builtins",
     "print(abs(-3), min(3, 1, 2), max([4, 9, 2]), min('hello'), sum([1, 2, 3]), sum(range(101)), sum([[1], "
     "[2]], []), "
     "int('  -12 '), int(True), str(15) + '!', bool([]), sorted([3, 1, 2]), sorted('hello'), divmod(-7, 2), "
     "pow(3, 4), "
     "any([0, 1]), all([]), tuple('ab'), list((1, 2)))",
     Ending::halted,
     "3 1 9 e 6 5050 [1, 2] -12 1 15! False [1, 2, 3] ['e', 'h', 'l', 'l', 'o'] (-4, 1) 81 True True ('a', "
     "'b') [1, 2]\n"},
    {"print_named", "print(1, 2, sep='-', end='|')\nprint(3, end='', sep=None)\nprint()\nprint(1, 2, sep='')",
     Ending::halted, "1-2|3\n12\n"},
    {"sort_is_stable_and_deep",
     "a = [[2, 'b'], [1, 'z'], [2, 'a'], [1]]\na.sort()\nprint(a)\na.reverse()\nprint(a, a.index([1]), "
     "a.count(3))",
     Ending::halted, "[[1], [1, 'z'], [2, 'a'], [2, 'b']]\n[[2, 'b'], [2, 'a'], [1, 'z'], [1]] 3 0\n"},
    {"equality_over_kinds",
     "print(1 == True, 1 == '1', [1] == (1,), [1, [2]] == [1, [2]], None == 0, 'a' != 'b', [1] < [1, 0], "
     "(2,) > (1, 9))",
     Ending::halted, "True False False True False True True True\n"},
    {"is_none", "x = None\nprint(x is None, [] is [], 1 is not None, x is not True)", Ending::halted,
     "True False True True\n"},
    {"factorial", "def f(n):\n    return 1 if n < 2 else n * f(n - 1)\nprint(f(30))", Ending::halted,
     "265252859812191058636308480000000\n"},
    {"fibonacci",
     "def fib(n: int) -> int:\n    if n < 2: return n\n    return fib(n - 1) + fib(n - 2)\nprint(fib(15))",
     Ending::halted, "610\n"},
    {"ackermann",
     "def a(m, n):\n  if m == 0: return n + 1\n  if n == 0: return a(m - 1, 1)\n  return a(m - 1, a(m, n - "
     "1))\nprint(a(2, 3))",
     Ending::halted, "9\n"},
    {"mutual_recursion",
     "def even(n):\n  if n == 0: return True\n  return odd(n - 1)\ndef odd(n):\n  if n == 0: return False\n  "
     "return even(n - 1)\nprint(even(101))",
     Ending::halted, "False\n"},
    {"collatz_27",
     "n = 27\nc = 0\nwhile n != 1:\n    n = n // 2 if n % 2 == 0 else 3 * n + 1\n    c += 1\nprint(c)",
     Ending::halted, "111\n"},
    {"primes",
     "p = []\nfor n in range(2, 60):\n  for q in p:\n    if n % q == 0: break\n  else: p.append(n)\nprint(p)",
     Ending::halted, "[2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59]\n"},
    {"bubble_sort",
     "a = [5, 2, 9, 1]\nfor i in range(len(a)):\n    for j in range(len(a) - 1 - i):\n        if a[j] > a[j "
     "+ 1]:\n            a[j], a[j + 1] = a[j + 1], a[j]\nprint(a)",
     Ending::halted, "[1, 2, 5, 9]\n"},
    {"global_statement", "n = 0\ndef f():\n    global n, m\n    n += 1\n    m = n\nf()\nf()\nprint(n, m)",
     Ending::halted, "2 2\n"},
    {"shadowed_builtin", "len = 3\nprint(len)\ndef sum(a): return 7\nprint(sum([1]))", Ending::halted,
     "3\n7\n"},
    {"functions_are_values",
     "def f(x): return x + 1\ng = f\ndef twice(h, x): return h(h(x))\nprint(twice(g, 5), max(1, 2), "
     "(len)([1]))",
     Ending::halted, "7 2 1\n"},
    {"docstring_and_main",
     "\"\"\"Doc\"\"\"\ndef main():\n    'd'\n    print('hi')\nif __name__ == '__main__':\n    main()",
     Ending::halted, "hi\n"},
    {"one_line_blocks", "x = 3; y = 4;\nif x < y: x = 5; y = 6\nelse: x = 0\nprint(x, y)", Ending::halted,
     "5 6\n"},
    {"continuation", "x = 1 + \\\n    2\ny = (x +\n  # inside\n\n 3)\nprint(x, y)", Ending::halted, "3 6\n"},
    {"carriage_returns", "x = 1\r\nif x:\r\n    print(x)\r\n", Ending::halted, "1\n"},
    {"tab_indentation", "if True:\n\tx = 1\n\tprint(x)", Ending::halted, "1\n"},
    {"large_power", "print(len(str(7 ** 20000)), 7 ** 20000 % 1000003)", Ending::halted, "16902 663417\n"},
    {"division_by_zero", "print(1)\nx = 1 // 0", Ending::failed, "1\n", "ZeroDivisionError"},
    {"modulo_zero", "2 ** 70 % 0", Ending::failed, "", "ZeroDivisionError"},
    {"index_error", "a = [1]\na[1]", Ending::failed, "", "IndexError"},
    {"index_error_far", "[1][2 ** 80]", Ending::failed, "", "IndexError"},
    {"type_error", "print('a' + 1)", Ending::failed, "", "TypeError"},
    {"type_error_order", "[3, 'a', 1].sort()", Ending::failed, "", "TypeError"},
    {"type_error_arguments", "def f(a, b=2): pass\nf(1)\nf(1, 2)\nf()", Ending::failed, "", "TypeError"},
    {"name_error", "print(undefined_thing)", Ending::failed, "", "NameError"},
    {"unbound_local", "x = 1\ndef f():\n    x += 1\nf()", Ending::failed, "", "UnboundLocalError"},
    {"value_error", "int('12a')", Ending::failed, "", "ValueError"},
    {"unpack_too_many", "a, b = 1, 2, 3", Ending::failed, "", "ValueError"},
    {"negative_shift", "1 << -1", Ending::failed, "", "ValueError"},
    {"assertion", "assert 1 < 2, 'fine'\nassert False, 'never'", Ending::failed, "", "AssertionError"},
    {"no_attribute", "(5).append(1)", Ending::failed, "", "AttributeError"},
    {"attribute_before_arguments", "(5).append(print('no'))", Ending::failed, "", "AttributeError"},
    {"pop_far", "[1].pop(2 ** 70)", Ending::failed, "", "OverflowError"},
    {"assignment_far", "t = (1, 2)\nt[2 ** 70] = 5", Ending::failed, "", "IndexError"},
    {"none_is_not_callable", "x = None\nx()", Ending::failed, "", "TypeError"},
    {"tuple_item_assignment", "t = (1, 2)\nt[0] = 5", Ending::failed, "", "TypeError"},

    {"while_true", "while True: pass", Ending::never_halts},
    {"while_one_with_output", "while 1:\n    print('x')", Ending::never_halts},
    {"counts_away_and_back", "n = 0\nwhile n < 10:\n    n = (n + 3) % 7", Ending::never_halts},
    {"collatz_of_zero",
     "n = 0\nwhile n != 1:\n    if n % 2 == 0:\n        n //= 2\n    else:\n        n = 3 * n + 1",
     Ending::never_halts},
    {"collatz_of_minus_five", "n = -5\nwhile n != 1:\n    n = n // 2 if n % 2 == 0 else 3 * n + 1",
     Ending::never_halts},
    {"forgotten_increment", "i = 0\nwhile i < 10:\n    print(i)", Ending::never_halts},
    {"loop_in_a_function", "def f(n):\n    while n > 0:\n        n = n\n    return n\nf(3)",
     Ending::never_halts},
    {"list_that_rotates", "a = [1, 2, 3]\nwhile a[0] != 4:\n    a.append(a.pop(0))", Ending::never_halts},
    {"big_number_that_repeats", "x = 2 ** 200\nwhile x > 0:\n    x = -x\n    x = -x", Ending::never_halts},
    {"string_that_repeats", "s = 'ab'\nwhile s != 'x':\n    s = s[1:] + s[0]", Ending::never_halts},
    {"cycle_after_a_long_run", "n = 0\nwhile True:\n    n += 1\n    if n == 5000:\n        n = 1234",
     Ending::never_halts},
    {"inner_loop_ends_outer_does_not", "while True:\n    for i in range(10):\n        pass",
     Ending::never_halts},
    {"recursion_in_a_loop", "def f(n):\n    return 0 if n == 0 else f(n - 1)\nwhile f(20) == 0:\n    pass",
     Ending::never_halts},

    {"counts_up_for_ever", "n = 0\nwhile True:\n    n += 1", Ending::undetermined, "", "steps"},
    {"list_grows_for_ever", "a = [0]\nfor x in a:\n    a.append(x)", Ending::undetermined, "", "steps"},
    {"list_doubles_for_ever", "a = [0]\nwhile True:\n    a += a", Ending::undetermined, "", "memory"},
    {"string_doubles_for_ever", "s = 'x'\nwhile True:\n    s = s + s", Ending::undetermined, "", "memory"},
    {"giant_string", "s = 'x' * 10 ** 12", Ending::undetermined, "", "memory"},
    {"giant_list", "a = [0] * 10 ** 15", Ending::undetermined, "", "memory"},
    {"tower_of_powers", "print(9 ** 9 ** 9)", Ending::undetermined, "", "integer_bits"},
    {"huge_shift", "x = 1 << 10 ** 9", Ending::undetermined, "", "integer_bits"},
    {"squares_for_ever", "x = 3\nwhile True:\n    x = x * x", Ending::undetermined, "", "integer_bits"},
    {"endless_recursion", "def f(n):\n    return f(n + 1)\nf(0)", Ending::undetermined, "", "depth"},
    {"one_giant_sum", "sum(range(10 ** 12))", Ending::undetermined, "", "operations"},
    {"nested_list_bomb", "a = [1]\nfor i in range(60):\n    a = [a, a]\nprint(a)", Ending::undetermined, "",
     "memory"},
    {"nested_list_comparison_bomb",
     "a = [1]\nb = [1]\nfor i in range(60):\n    a = [a, a]\n    b = [b, b]\nprint(a == b)",
     Ending::undetermined, "", "operations"},
    {"deep_list", "a = []\nfor i in range(5000):\n    a = [a]\nprint(a)", Ending::undetermined, "", "depth"},
    {"cyclic_lists_compared", "a = []\na.append(a)\nb = []\nb.append(b)\nprint(a == b)", Ending::undetermined,
     "", "depth"},
    {"big_ackermann",
     "def a(m, n):\n  if m == 0: return n + 1\n  if n == 0: return a(m - 1, 1)\n  return a(m - 1, a(m, n - "
     "1))\na(4, 4)",
     Ending::undetermined, "", "steps"},
    {"identity_of_numbers", "x = 5\nprint(x is 5)", Ending::undetermined, "", "unsupported"},
    {"negative_power", "x = 2 ** -1", Ending::undetermined, "", "unsupported"},
    {"text_of_a_function", "def f(): pass\nprint(f)", Ending::undetermined, "", "unsupported"},
    {"percent_format", "print('%d' % 3)", Ending::undetermined, "", "unsupported"},
};

}  // namespace genkai::logic
