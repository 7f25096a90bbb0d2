#include "logic/solve/message.h"

#include <cstddef>
#include <string_view>

namespace genkai::logic::solve {
namespace {

struct Wording {
  What what;
  const char *english, *japanese;
  const char *english_advice = "", *japanese_advice = "";
};

// {0} and {1} are the message's arguments.
constexpr Wording kWordings[] = {
    {What::fence_removed, "only what stands between code fences was read",
     "コードブロックの中だけを読みました"},
    {What::prose_dropped, "\"{0}\" was taken for prose and left out",
     "「{0}」は説明文とみなして読みませんでした"},
    {What::section_ignored, "the section \"{0}\" was left out", "節「{0}」は読みませんでした"},
    {What::spelling_merged, "{0} was read as {1}", "{0} を {1} と読みました"},
    {What::rule_among_facts, "a rule stands among the facts", "事実の節に規則がありました"},
    {What::words_joined, "words side by side were read as one name, {0}",
     "並んだ語を一つの名前 {0} と読みました"},
    {What::letter_is_variable, "the letter {0} was read as a variable", "文字 {0} を変数と読みました"},
    {What::open_fact_ignored, "the fact {0} names nobody, and was left out",
     "事実 {0} は対象を名指していないため使いませんでした"},
    {What::sentence_read, "the sentence \"{0}\" was read as {1}", "文「{0}」を {1} と読みました"},
    {What::query_repeated, "the query stands twice", "問い合わせが二度書かれています"},
    {What::polarity_from_question,
     "the query {0} and the question disagree about \"not\"; the question's words were followed",
     "問い合わせ {0} と質問文で否定の有無が異なるため、質問文に従いました"},
    {What::order_from_sentence, "{0} says the opposite of its sentence \"{1}\", which was followed",
     "{0} は添えられた文「{1}」と逆なので、文に従いました"},
    {What::place_from_sentence, "{0} is not the place that its sentence \"{1}\" names, which was followed",
     "{0} は添えられた文「{1}」の位置と異なるため、文に従いました"},
    {What::truth_value_open, "{0} was read as asking which truth value holds",
     "{0} は真偽を問うものと読みました"},
    {What::labels_by_order, "the queries have no labels, and were taken for the options in their order",
     "問い合わせに記号がないため、選択肢の順に対応させました"},
    {What::domain_assumed, "a variable has no values of its own, and got {0} to {1}",
     "変数に値の範囲がないため {0} から {1} としました"},
    {What::option_ignored, "the query {0} is none of the options", "問い合わせ {0} は選択肢にありません"},
    {What::command_ignored, "the command {0} was left out", "命令 {0} は使いませんでした"},

    {What::empty_program, "there is no program", "プログラムがありません",
     "write facts and rules, constraints, or premises", "事実と規則、制約、または前提を書いてください"},
    {What::too_long, "the program is too long", "プログラムが長すぎます", "keep to what the question needs",
     "質問に要るものだけを書いてください"},
    {What::unexpected, "\"{0}\" cannot stand here", "ここに「{0}」は書けません",
     "write one statement a line; text goes after :::",
     "一行に一つの文を書き、説明は ::: の後に書いてください"},
    {What::missing, "{0} is missing here", "ここに {0} がありません",
     "close every bracket, and give every operator both sides", "括弧を閉じ、演算子の両側を書いてください"},
    {What::nested_too_deep, "the brackets are nested too deep", "括弧の入れ子が深すぎます",
     "split it into several statements", "いくつかの文に分けてください"},
    {What::unknown_character, "the character \"{0}\" is not part of the language", "文字「{0}」は使えません",
     "names have letters, digits and _", "名前には文字と数字と _ を使ってください"},
    {What::number_too_large, "the number is too large", "数が大きすぎます", "at most 10^12",
     "10^12 までです"},
    {What::unclear_caret, "^ may mean and, or exclusive or", "^ は「かつ」とも「排他的論理和」とも読めます",
     "write and, or xor", "and か xor と書いてください"},
    {What::not_an_atom, "{0} is no atom such as Cat(Tom, True)",
     "{0} は Cat(Tom, True) のような原子式ではありません",
     "write Predicate(Name, True) or Predicate(Name, False)",
     "述語(名前, True) か 述語(名前, False) と書いてください"},
    {What::not_a_rule, "this is no rule", "これは規則ではありません", "write body >>> head",
     "条件 >>> 結論 と書いてください"},
    {What::unsafe_variable, "the variable {0} is bound by no atom of the rule's body",
     "変数 {0} が規則の条件に現れません", "use each variable of the conclusion in the condition",
     "結論の変数は条件でも使ってください"},
    {What::not_stratified, "{0} depends on its own absence", "{0} が自身の不在に依存しています",
     "use not for what is stated to be false", "偽と述べられたものには not を使ってください"},
    {What::no_query, "nothing is asked", "問い合わせがありません", "add a section Query: (or Conclusion:)",
     "Query: の節を加えてください"},
    {What::several_queries, "several different things are asked", "異なる問い合わせがいくつもあります",
     "leave one query", "一つだけにしてください"},
    {What::truth_value_expected, "{0} stands where True or False is wanted",
     "{0} の所には True か False が要ります", "write True or False", "True か False と書いてください"},
    {What::unknown_name, "{0} is not known here", "{0} は知られていない名前です", "did you mean {1}?",
     "{1} のことですか"},
    {What::unknown_variable, "no variable is called {0}", "変数 {0} はありません",
     "declare it under Variables; the nearest is {1}", "Variables で宣言してください。近い名前は {1} です"},
    {What::no_domain, "the variable has no finite list of values", "変数に有限個の値の一覧がありません",
     "write x [IN] [1, 2, 3]", "x [IN] [1, 2, 3] と書いてください"},
    {What::not_a_constraint, "{0} is no constraint", "{0} は制約ではありません",
     "write comparisons such as a < b or a == 2", "a < b や a == 2 のような比較を書いてください"},
    {What::no_premises, "there are no premises", "前提がありません",
     "add a section Premises:", "Premises: の節を加えてください"},
    {What::free_variable, "the variable {0} is bound by no quantifier", "変数 {0} が量化されていません",
     "put brackets around all that the quantifier speaks of", "量化子のかかる範囲を括弧で囲んでください"},
    {What::sort_clash, "{0} is used as {1} here, and as something else before",
     "{0} はここで {1} として使われ、前と食い違います", "use each name for one kind of thing",
     "一つの名前は一種類のものに使ってください"},
    {What::too_many_cases, "this makes too many cases", "場合が多くなりすぎます", "give smaller ranges",
     "範囲を小さくしてください"},
    {What::forbidden_command, "the command {0} is not allowed", "命令 {0} は使えません",
     "use declare-const, declare-fun, define-fun, assert, get-value",
     "declare-const、declare-fun、define-fun、assert、get-value を使ってください"},
    {What::solver_refused, "{0}", "{0}"},

    {What::derived, "{0} follows from the facts and rules", "{0} は事実と規則から導かれます"},
    {What::refuted, "the opposite of {0} follows", "{0} の否定が導かれます"},
    {What::not_derived, "neither {0} nor its opposite follows from the facts and rules",
     "{0} もその否定も事実と規則から導かれません"},
    {What::self_contradiction, "both {0} and its opposite follow", "{0} とその否定の両方が導かれます"},
    {What::contradiction_elsewhere, "both {0} and its opposite follow; the answer does not rest on it",
     "{0} とその否定の両方が導かれますが、答えはそれに依りません"},
    {What::follows, "{0} follows", "{0} が導かれます"},
    {What::holds_in_all, "{0} is what the constraints say", "制約から {0} と決まります"},
    {What::none_follows, "the program settles none of the options", "どの選択肢も決まりません"},
    {What::several_follow, "several options fit: {0}", "複数の選択肢が当てはまります: {0}"},
    {What::no_solution, "the statements contradict each other", "文どうしが矛盾しています"},
    {What::value_found, "{0} is {1}", "{0} は {1} です"},
    {What::value_open, "{0} may be {1} or {2}", "{0} は {1} とも {2} ともなりえます"},
    {What::satisfiable, "the assertions can all hold", "すべての主張は両立します"},
    {What::neither_follows, "neither {0} nor its opposite follows", "{0} もその否定も導かれません"},
    {What::no_such_option, "the answer {0} is none of the options", "答え {0} は選択肢にありません"},
    {What::out_of_budget, "a bound was reached before the answer", "答えの前に上限に達しました"},
    {What::solver_gave_up, "the solver gave up: {0}", "ソルバーが答えを出せませんでした: {0}"},
    {What::votes, "{0} of {1} programs say so", "{1} 個中 {0} 個のプログラムがこう答えます"},
    {What::votes_split, "the programs disagree: {0}", "プログラムの答えが分かれました: {0}"},
};

const Wording* find(What what) {
  for (const Wording& one : kWordings)
    if (one.what == what) return &one;
  return nullptr;
}

std::string filled(std::string_view pattern, const std::vector<std::string>& arguments) {
  std::string text;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const bool slot = pattern[i] == '{' && i + 2 < pattern.size() && pattern[i + 2] == '}';
    if (!slot) {
      text += pattern[i];
      continue;
    }
    const auto which = static_cast<std::size_t>(pattern[i + 1] - '0');
    if (which < arguments.size()) text += arguments[which];
    i += 2;
  }
  return text;
}

}  // namespace

std::string say(const Message& message, text::Language language) {
  const Wording* wording = find(message.what);
  if (!wording) return {};
  return filled(language == text::Language::japanese ? wording->japanese : wording->english,
                message.arguments);
}

std::string advise(const Message& message, text::Language language) {
  const Wording* wording = find(message.what);
  if (!wording) return {};
  const std::string_view advice =
      language == text::Language::japanese ? wording->japanese_advice : wording->english_advice;
  // "did you mean {1}?" says nothing when there is nothing near.
  const bool near = advice.find("{1}") != std::string_view::npos;
  if (near && (message.arguments.size() < 2 || message.arguments[1].empty())) return {};
  return filled(advice, message.arguments);
}

}  // namespace genkai::logic::solve
