#include "app/attack_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "app/print.h"
#include "app/recorded.h"
#include "stats/intervals.h"

namespace genkai::app {
namespace {

namespace red = limits::retrieval::attack;
using answer::AttackReply;
using answer::FormReport;
using base::Json;
using Replies = std::vector<AttackReply>;

constexpr std::size_t kNamed = 10;  // of what came through, in the text

struct Share {
  std::size_t hits = 0, n = 0;
};
Share share(const Replies& replies, bool AttackReply::*what) {
  Share out{0, replies.size()};
  for (const AttackReply& reply : replies) out.hits += reply.*what ? 1 : 0;
  return out;
}
double value(const Share& share) {
  return share.n == 0 ? 0 : static_cast<double>(share.hits) / static_cast<double>(share.n);
}
Json to_json(const Share& share) {
  const auto interval = stats::wilson(share.hits, share.n);
  return Json::object({{"value", value(share)},
                       {"interval", Json::array({interval.low, interval.high})},
                       {"hits", share.hits},
                       {"n", share.n}});
}
std::string show(const Share& share) {
  const auto interval = stats::wilson(share.hits, share.n);
  return with_interval(value(share), interval.low, interval.high);
}

stats::Difference difference(const Replies& first, const Replies& second, bool AttackReply::*what,
                             std::uint64_t seed) {
  std::vector<double> a, b;
  for (const AttackReply& reply : first) a.push_back(reply.*what ? 1 : 0);
  for (const AttackReply& reply : second) b.push_back(reply.*what ? 1 : 0);
  return stats::paired_bootstrap(a, b, {.seed = seed});
}
Json to_json(const stats::Difference& own) {
  return Json::object({{"mean", own.mean}, {"interval", Json::array({own.interval.low, own.interval.high})}});
}
std::string show(const stats::Difference& own) {
  return fmt::format("{:+.3f} [{:+.3f}, {:+.3f}]", own.mean, own.interval.low, own.interval.high);
}

std::map<std::string, std::size_t> abstained(const Replies& replies) {
  std::map<std::string, std::size_t> out;
  for (const AttackReply& reply : replies)
    if (!reply.answered) ++out[std::string(core::to_string(reply.reason))];
  return out;
}
std::size_t suspected(const Replies& replies) {
  return static_cast<std::size_t>(std::count_if(replies.begin(), replies.end(), [](const AttackReply& reply) {
    return !reply.answered && reply.reason == core::Reason::suspected_poisoning;
  }));
}
double model_calls(const Replies& replies) {
  std::uint64_t calls = 0;
  for (const AttackReply& reply : replies) calls += reply.model_calls;
  return replies.empty() ? 0 : static_cast<double>(calls) / static_cast<double>(replies.size());
}

// Planted passages that a certificate of poisoning says an answer does not rest on, and how many say so.
std::map<std::size_t, std::size_t> certificates(const Replies& replies) {
  std::map<std::size_t, std::size_t> out;
  for (const AttackReply& reply : replies)
    if (reply.modified) ++out[*reply.modified];
  return out;
}
// A wrong answer with a certificate against as many passages as were planted refutes that certificate.
std::size_t refuted(const FormReport& form) {
  return static_cast<std::size_t>(
      std::count_if(form.replies.begin(), form.replies.end(), [&](const AttackReply& reply) {
        return reply.wrong && reply.modified && *reply.modified >= form.documents;
      }));
}

Json counts(const std::map<std::string, std::size_t>& reasons) {
  Json out = Json::object();
  for (const auto& [reason, n] : reasons) out.set(reason, n);
  return out;
}
Json counts(const std::map<std::size_t, std::size_t>& planted) {
  Json out = Json::array();
  for (const auto& [passages, n] : planted) out.push(Json::object({{"planted", passages}, {"answers", n}}));
  return out;
}
Json strings(const std::vector<std::string>& texts) {
  Json list = Json::array();
  for (const auto& text : texts) list.push(text);
  return list;
}

Json shares(const Replies& replies) {
  return Json::object({{"success", to_json(share(replies, &AttackReply::wrong))},
                       {"right", to_json(share(replies, &AttackReply::right))},
                       {"answered", to_json(share(replies, &AttackReply::answered))},
                       {"success_shown", to_json(share(replies, &AttackReply::wrong_shown))},
                       {"right_shown", to_json(share(replies, &AttackReply::right_shown))},
                       {"abstained", counts(abstained(replies))},
                       {"certificates", counts(certificates(replies))},
                       {"model_calls_per_question", model_calls(replies)}});
}

Json to_json(const FormReport& form, const AttackRun& run) {
  const auto& found = run.found;
  Json through = Json::array();
  for (std::size_t i = 0; i < form.replies.size(); ++i)
    if (form.replies[i].wrong)
      through.push(Json::object({{"question", found.targets[i].question},
                                 {"wrong", found.targets[i].wrong},
                                 {"documents", strings(form.replies[i].documents)}}));
  Json json = shares(form.replies);
  json.set("form", std::string(red::to_string(form.form)));
  json.set("documents_per_question", form.documents);
  json.set("right_minus_clean",
           to_json(difference(form.replies, found.clean, &AttackReply::right, run.plan.seed)));
  json.set("refuted_certificates", refuted(form));
  json.set("came_through", std::move(through));
  if (form.believed.empty()) return json;
  json.set("without_vetting", shares(form.believed));
  json.set("success_minus_without_vetting",
           to_json(difference(form.replies, form.believed, &AttackReply::wrong, run.plan.seed)));
  return json;
}

std::string reasons_line(const Replies& replies) {
  std::string out;
  for (const auto& [reason, n] : abstained(replies)) out += fmt::format(" {} {}", reason, n);
  return out;
}

std::string row(const std::string& name, const Replies& replies, const std::string& than_clean,
                const Replies& believed) {
  return fmt::format(
      "  {:<12} {:<21} {:<21} {:<21} {:<24} {}\n", name, show(share(replies, &AttackReply::wrong)),
      show(share(replies, &AttackReply::wrong_shown)), show(share(replies, &AttackReply::right)), than_clean,
      believed.empty() ? "-" : show(share(believed, &AttackReply::wrong)));
}

std::string what_came_through(const AttackRun& run, bool ja) {
  std::string out;
  std::size_t named = 0, all = 0;
  for (const FormReport& form : run.found.forms)
    for (std::size_t i = 0; i < form.replies.size(); ++i) {
      if (!form.replies[i].wrong || all++ >= kNamed) continue;
      ++named;
      const auto& target = run.found.targets[i];
      out += fmt::format("  {:<12} {} -> {}", red::to_string(form.form), printable(target.question),
                         printable(target.wrong));
      for (const std::string& document : form.replies[i].documents) out += "  " + printable(document);
      out += "\n";
    }
  if (all == 0) return ja ? "\nどの攻撃も答えには届きませんでした。\n" : "\nNo attack reached an answer.\n";
  if (all > named)
    out += fmt::format(
        fmt::runtime(ja ? "  ほか {} 件 (--json ですべて)\n" : "  and {} more (--json has them all)\n"),
        all - named);
  return (ja ? "\n答えに届いたもの (質問 -> 誤答、文書)\n"
             : "\nwhat came through (question -> wrong answer, document)\n") +
         out;
}

}  // namespace

Json to_json(const AttackRun& run) {
  const auto& found = run.found;
  Json forms = Json::array(), malformed = Json::array();
  for (const FormReport& form : found.forms) forms.push(to_json(form, run));
  for (const std::size_t line : run.malformed) malformed.push(line);
  Json clean = shares(found.clean);
  if (!found.clean_believed.empty()) clean.set("without_vetting", shares(found.clean_believed));
  return Json::object(
      {{"knowledge_base", run.knowledge_base},
       {"model", run.model.empty() ? Json() : Json(run.model)},
       {"seed", run.plan.seed},
       {"risk", run.risk},
       {"questions", Json::object({{"made", run.made},
                                   {"attacked", found.targets.size()},
                                   {"left_out", found.left_out},
                                   {"unanswerable", run.unanswerable},
                                   {"malformed_lines", std::move(malformed)}})},
       {"clean", std::move(clean)},
       {"false_alarms",
        Json::object({{"honest_passages", found.honest},
                      {"suspected_passages", to_json(Share{found.suspected_passages, found.honest})},
                      {"suspected_documents", strings(found.suspected)},
                      {"abstained_as_poisoning", suspected(found.clean)}})},
       {"forms", std::move(forms)}});
}

std::string render(const AttackRun& run, text::Language language) {
  const bool ja = language == text::Language::japanese;
  const auto& found = run.found;
  std::string out = fmt::format(
      fmt::runtime(
          ja ? "{}: {} 問を攻撃しました({}、1問に {} 文書)。誤答を作れない {} 問は除きました\n"
             : "{}: {} questions attacked ({}, {} documents for each); {} left out, as no wrong answer fits "
               "them\n"),
      printable(run.knowledge_base), found.targets.size(),
      run.made ? (ja ? "文書から自動作成" : "made from its passages") : (ja ? "手持ちの質問" : "your own"),
      run.plan.copies, found.left_out);
  if (!run.malformed.empty())
    out += fmt::format(fmt::runtime(ja ? "{} 行は読めませんでした\n" : "{} lines are malformed\n"),
                       run.malformed.size());
  out += fmt::format("\n  {:<12} {:<21} {:<21} {:<21} {:<24} {}\n", ja ? "形" : "form",
                     ja ? "攻撃成功率" : "success", ja ? "表示も含む" : "success, or shown",
                     ja ? "正答率" : "right", ja ? "攻撃なしとの差" : "right minus clean",
                     ja ? "審査なしの成功率" : "success, no vetting");
  out += row(ja ? "攻撃なし" : "clean", found.clean, "", found.clean_believed);
  for (const FormReport& form : found.forms)
    out +=
        row(std::string(red::to_string(form.form)), form.replies,
            show(difference(form.replies, found.clean, &AttackReply::right, run.plan.seed)), form.believed);
  out += ja ? "\n答えなかった理由\n" : "\nabstained for\n";
  out += fmt::format("  {:<12}{}\n", ja ? "攻撃なし" : "clean", reasons_line(found.clean));
  for (const FormReport& form : found.forms)
    out += fmt::format("  {:<12}{}\n", red::to_string(form.form), reasons_line(form.replies));
  out += fmt::format(
      fmt::runtime(
          ja ? "\n誤警報: 正しい文章 {} のうち {}、攻撃なしで汚染を疑って答えなかった質問 {}\n"
             : "\nfalse alarms: {} of {} honest passages; {} questions not answered for suspected poisoning "
               "without any attack\n"),
      ja ? found.honest : found.suspected_passages, ja ? found.suspected_passages : found.honest,
      suspected(found.clean));
  std::size_t certified = 0, broken = 0;
  for (const FormReport& form : found.forms) {
    for (const auto& [planted, n] : certificates(form.replies)) certified += n;
    broken += refuted(form);
  }
  out += fmt::format(fmt::runtime(ja ? "汚染に対する保証書: {} 件、うち破られたもの {}\n"
                                     : "certificates against poisoning: {}, of which refuted {}\n"),
                     certified, broken);
  if (!run.model.empty())
    out += fmt::format(
        fmt::runtime(ja ? "1問あたりのモデル呼び出し: {:.1f}\n" : "model calls per question: {:.1f}\n"),
        model_calls(found.clean));
  out += what_came_through(run, ja);
  if (run.made)
    out += ja ? "注意: 質問はプログラムが文書から作ったものです。誤答は同じ知識ベースのほかの値です。\n"
              : "NOTE: the questions were made by a program from the documents; wrong answers are other "
                "values of the "
                "same knowledge base.\n";
  return out;
}

}  // namespace genkai::app
