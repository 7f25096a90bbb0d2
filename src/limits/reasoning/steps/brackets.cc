// Bracket matching (Dyck words): the stack after each symbol, and what closes it.

#include <algorithm>
#include <array>
#include <string>

#include "limits/reasoning/steps/checker.h"

namespace genkai::limits::reasoning::steps {
namespace {

constexpr std::string_view kOpen = "([{<", kClose = ")]}>";

bool is_open(char c) {
  return kOpen.find(c) != kOpen.npos;
}
bool is_bracket(char c) {
  return is_open(c) || kClose.find(c) != kClose.npos;
}
char partner(char open) {
  return kClose[kOpen.find(open)];
}

std::string brackets_of(std::string_view text) {
  std::string out;
  for (const char c : text)
    if (is_bracket(c)) out += c;
  return out;
}

// The longest run of brackets with nothing but spaces between them.
std::string longest_run(std::string_view question) {
  std::string best, run;
  for (const char c : question) {
    if (is_bracket(c))
      run += c;
    else if (c != ' ' && c != '\t' && c != '\n')
      run.clear();
    if (run.size() > best.size()) best = run;
  }
  return best;
}

std::size_t find_any(std::string_view text, std::initializer_list<std::string_view> words) {
  std::size_t found = text.npos;
  for (const std::string_view word : words) found = std::min(found, text.find(word));
  return found;
}

class Brackets {
 public:
  Brackets(const Chain& chain, Claims& claims, std::string word)
      : chain_(chain), claims_(claims), word_(std::move(word)) {}

  void run() {
    for (step_ = 0; step_ < chain_.steps.size(); ++step_) {
      std::string_view text = chain_.steps[step_];
      const std::size_t answer = find_any(text, {"answer is", "答え"});
      const std::string_view before = text.substr(0, answer);
      if (const std::size_t stack = find_any(before, {"stack", "スタック"}); stack != before.npos)
        stack_line(before, stack);
      else if (find_any(before, {"pop", "取り出"}) != before.npos)
        popped(before);
      else if (find_any(before, {"need", "必要"}) != before.npos)
        needed(before);
      if (answer != text.npos) answered(text.substr(answer));
    }
  }

 private:
  void decide(bool holds, std::string_view text, std::string why) {
    claims_.decide(step_, Kind::brackets, text, holds, std::move(why));
  }
  std::string spaced(std::string_view brackets) const {
    if (brackets.empty()) return chain_.say("nothing", "空");
    std::string out;
    for (const char c : brackets) out += (out.empty() ? "" : " ") + std::string(1, c);
    return out;
  }

  void stack_line(std::string_view text, std::size_t at) {
    const std::string symbols = brackets_of(text.substr(0, at));
    const std::string stated = brackets_of(text.substr(at));
    const bool says_empty = find_any(text.substr(at), {"empty", "空"}) != text.npos;
    if (stated.empty() && !says_empty) return;  // it speaks of a stack, and states none
    if (std::any_of(stated.begin(), stated.end(), [](char c) { return !is_open(c); }) &&
        find_any(text, {"final", "最後", "最終"}) == text.npos && symbols.empty())
      return;
    if (find_any(text, {"final", "最後", "最終"}) != text.npos) {
      if (read_ < word_.size() && !lost_)
        return decide(false, text,
                      chain_.say("the input goes on with " + std::string(1, word_[read_]),
                                 "入力はまだ " + std::string(1, word_[read_]) + " に続いています"));
    } else {
      for (const char symbol : symbols) {
        if (!lost_ && read_ >= word_.size())
          return decide(false, text,
                        chain_.say("the input has ended before this symbol", "入力はもう終わっています"));
        if (!lost_ && word_[read_] != symbol) {
          lost_ = true;  // which symbol comes next cannot be told any more
          return decide(false, text,
                        chain_.say("the next symbol of the input is " + std::string(1, word_[read_]),
                                   "次の記号は " + std::string(1, word_[read_]) + " です"));
        }
        ++read_;
        if (is_open(symbol))
          stack_ += symbol;
        else if (!stack_.empty())
          stack_.pop_back();
      }
    }
    decide(stated == stack_, text,
           chain_.say("the stack is then " + spaced(stack_) + ", not " + spaced(stated),
                      "スタックは " + spaced(stated) + " ではなく " + spaced(stack_) + " です"));
    stack_ = stated;
  }

  void popped(std::string_view text) {
    const std::string stated = brackets_of(text);
    if (stated.empty()) return;
    const std::string order(stack_.rbegin(), stack_.rend());
    decide(stated == order, text,
           chain_.say("from the top the stack is " + spaced(order) + ", not " + spaced(stated),
                      "上から順に " + spaced(order) + " であり、" + spaced(stated) + " ではありません"));
    stack_.assign(stated.rbegin(), stated.rend());
  }

  std::string closing() const {
    std::string out;
    for (auto c = stack_.rbegin(); c != stack_.rend(); ++c)
      if (is_open(*c)) out += partner(*c);
    return out;
  }
  void needed(std::string_view text) {
    const std::string stated = brackets_of(text);
    if (stated.empty()) return;
    closed_by(stated, text, Kind::brackets);
    needed_ = stated;
  }
  void answered(std::string_view text) { closed_by(brackets_of(text), text, Kind::final_answer); }
  void closed_by(const std::string& stated, std::string_view text, Kind kind) {
    const std::string due = kind == Kind::final_answer && !needed_.empty() ? needed_ : closing();
    claims_.decide(step_, kind, text, stated == due,
                   chain_.say("what closes the stack is " + spaced(due) + ", not " + spaced(stated),
                              "閉じるのは " + spaced(stated) + " ではなく " + spaced(due) + " です"));
  }

  const Chain& chain_;
  Claims& claims_;
  const std::string word_;
  std::size_t step_ = 0, read_ = 0;
  bool lost_ = false;
  std::string stack_, needed_;
};

}  // namespace

bool check_brackets(const Chain& chain, Claims& claims) {
  const std::string word = longest_run(chain.question);
  const bool stack = std::any_of(chain.steps.begin(), chain.steps.end(), [](const std::string& step) {
    return find_any(step, {"stack:", "stack is", "スタック"}) != step.npos;
  });
  if (word.empty() || !stack) return false;
  Brackets(chain, claims, word).run();
  return true;
}

}  // namespace genkai::limits::reasoning::steps
