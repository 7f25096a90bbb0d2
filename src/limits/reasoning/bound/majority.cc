#include "limits/reasoning/bound/majority.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/rng.h"

namespace genkai::limits::reasoning::bound {
namespace {

using base::Code;

double log_choose(double n, double k) {
  return std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1);
}
double log_beta(double a, double b) {
  return std::lgamma(a) + std::lgamma(b) - std::lgamma(a + b);
}

// P(k of n) where the share is Beta(a, b).
double beta_binomial(double k, double n, double a, double b) {
  return std::exp(log_choose(n, k) + log_beta(k + a, n - k + b) - log_beta(a, b));
}

// P(more than half of n are right), ties half.
double vote(double p, double rho, std::uint64_t votes) {
  if (p <= 0 || p >= 1 || rho >= 1) return p;
  const double n = static_cast<double>(votes);
  if (rho <= 0) {
    // P(X > h) of a binomial is I_p(h + 1, n - h).
    const double half = std::floor(n / 2);
    const double more = stats::incomplete_beta(p, half + 1, n - half);
    return votes % 2 == 1 ? more : more + 0.5 * (stats::incomplete_beta(p, half, n - half + 1) - more);
  }
  const double scale = (1 - rho) / rho, a = p * scale, b = (1 - p) * scale;
  double sum = votes % 2 == 0 ? 0.5 * beta_binomial(n / 2, n, a, b) : 0;
  for (std::uint64_t k = votes / 2 + 1; k <= votes; ++k)
    sum += beta_binomial(static_cast<double>(k), n, a, b);
  return std::clamp(sum, 0.0, 1.0);
}

double without_end(double p, double rho) {
  if (p <= 0 || p >= 1 || rho >= 1) return p;
  if (rho <= 0) return p > 0.5 ? 1 : p < 0.5 ? 0 : 0.5;
  const double scale = (1 - rho) / rho;
  return 1 - stats::incomplete_beta(0.5, p * scale, (1 - p) * scale);
}

struct Estimate {
  double right = 0, correlation = 0;
};

// Analysis of variance of right and wrong by question.
Estimate estimate(std::span<const Attempts> questions, std::span<const std::size_t> drawn) {
  double answers = 0, right = 0, squares = 0, within = 0, between = 0;
  for (const std::size_t at : drawn) {
    const double n = static_cast<double>(questions[at].n);
    answers += n;
    squares += n * n;
    right += static_cast<double>(questions[at].right);
  }
  const double p = right / answers, count = static_cast<double>(drawn.size());
  for (const std::size_t at : drawn) {
    const double n = static_cast<double>(questions[at].n), own = static_cast<double>(questions[at].right) / n;
    between += n * (own - p) * (own - p);
    within += n * own * (1 - own);
  }
  if (answers <= count) return {p, 0};
  const double mean_between = between / (count - 1), mean_within = within / (answers - count),
               size = (answers - squares / answers) / (count - 1);
  const double all = mean_between + (size - 1) * mean_within;
  return {p, all > 0 ? std::clamp((mean_between - mean_within) / all, 0.0, 1.0) : 0};
}

}  // namespace

base::Result<Majority> majority(const Voting& voting, double tolerance) {
  GENKAI_RETURN_IF_ERROR(core::check_probability("the share of right answers", voting.right));
  GENKAI_RETURN_IF_ERROR(core::check_probability("the correlation", voting.correlation));
  if (voting.n == 0 || voting.n > kMostVotes || !(tolerance > 0))
    return base::fail(Code::invalid_argument, "there have to be 1 to 100,000 votes and a tolerance above 0");
  Majority out;
  const double p = voting.right, n = static_cast<double>(voting.n);
  out.n = voting.n;
  out.single = p;
  out.correlation = voting.correlation;
  out.value = vote(p, voting.correlation, voting.n);
  out.limit = without_end(p, voting.correlation);
  const double losing = std::ceil(n / 2) - 1, winning = std::floor(n / 2) + 1;
  out.any_dependence = {std::max(0.0, (n * p - losing) / (n - losing)), std::min(1.0, n * p / winning)};
  for (std::uint64_t votes = 1; votes < kMostVotes && !out.enough; votes = votes == 1 ? 3 : 2 * votes - 1)
    if (std::abs(vote(p, voting.correlation, votes) - out.limit) <= tolerance) out.enough = votes;
  out.grounds = {
      {{"Answers to one question are drawn alike and independently of each other; what they share is the "
        "question. Its own share of right answers is beta distributed over the questions.",
        "同じ質問への答えは、その質問の下では独立に同じ分布から得られます。"
        "質問ごとの正答率は、質問全体でベータ分布に従います。"},
       {"All wrong answers to a question are the same one, the worst case. Where they differ, a plurality "
        "needs less than half.",
        "誤答はすべて同じ答えとみなします (最悪の場合)。誤答が分散すれば、半数未満でも多数決に勝てます。"},
       {"The range whatever the dependence needs neither.",
        "依存関係によらない範囲には、どちらも不要です。"}},
      "beta-binomial votes (Ladha 1992 on correlated votes; Condorcet 1785 without correlation); range: "
      "Markov"};
  return out;
}

base::Result<Majority> majority(std::span<const Attempts> questions, std::uint64_t n, double tolerance,
                                double confidence) {
  GENKAI_RETURN_IF_ERROR(core::check_inside("the confidence", confidence));
  bool repeated = false;
  for (const Attempts& one : questions) {
    if (one.n == 0 || one.right > one.n)
      return base::fail(Code::invalid_argument, "there cannot be more right answers than answers");
    repeated = repeated || one.n > 1;
  }
  if (questions.size() < 2 || !repeated)
    return base::fail(Code::invalid_argument, "a correlation needs two questions and two answers to one",
                      "give right<TAB>answers of each question");
  std::vector<std::size_t> drawn(questions.size());
  for (std::size_t i = 0; i < drawn.size(); ++i) drawn[i] = i;
  const Estimate found = estimate(questions, drawn);
  GENKAI_ASSIGN_OR_RETURN(Majority out, majority({found.right, found.correlation, n}, tolerance));
  constexpr std::size_t kResamples = 500;
  base::Rng rng(1);
  std::vector<double> values;
  for (std::size_t i = 0; i < kResamples; ++i) {
    for (std::size_t& one : drawn) one = rng.below(questions.size());
    const Estimate again = estimate(questions, drawn);
    values.push_back(vote(again.right, again.correlation, n));
  }
  std::sort(values.begin(), values.end());
  const auto at = [&](double share) {
    return values[static_cast<std::size_t>(share * static_cast<double>(kResamples - 1))];
  };
  out.interval = stats::Interval{at((1 - confidence) / 2), at((1 + confidence) / 2)};
  out.questions = questions.size();
  out.confidence = confidence;
  out.grounds.assumptions.push_back({"The questions counted are independent draws of those to come.",
                                     "数えた質問は、今後の質問と同じ分布からの独立な標本です。"});
  out.grounds.source =
      "beta-binomial votes (Ladha 1992; Condorcet 1785); correlation: analysis of variance (Ridout, Demétrio "
      "and Firth 1999); interval: bootstrap over questions; range: Markov";
  return out;
}

base::Result<Stopping> stopping(std::uint64_t first, std::uint64_t second, std::uint64_t remaining) {
  if (second > first || first > kMostVotes || remaining > kMostVotes)
    return base::fail(Code::invalid_argument,
                      "the leading answer has to come first, with at most 100,000 votes of any kind");
  const double a = static_cast<double>(first) + 1, b = static_cast<double>(second) + 1,
               m = static_cast<double>(remaining);
  Stopping out;
  out.leads = 1 - stats::incomplete_beta(0.5, a, b);
  out.settled = first > second + remaining;
  for (std::uint64_t gained = 0; gained <= remaining; ++gained)  // of the remaining, for the second
    if (second + gained >= first + (remaining - gained))
      out.changes += beta_binomial(static_cast<double>(gained), m, b, a);
  out.changes = std::min(1.0, out.changes);
  out.grounds = {
      {{"Answers are drawn independently from one distribution, and only the first two answers matter.",
        "答えは同じ分布から独立に得られ、上位2つの答えだけが問題になります。"},
       {"Before the first draw every share of the two is equally likely.",
        "最初の標本の前は、2つの答えの割合はどれも同様に確からしいとします。"},
       {"It says which answer the model gives most often, not whether that one is right.",
        "モデルが最も多く出す答えについての値で、その答えが正しいかどうかではありません。"}},
      "Beta posterior of the first two answers, Aggarwal, Madaan, Yang and Mausam 2023 (Let's Sample Step by "
      "Step)"};
  return out;
}

}  // namespace genkai::limits::reasoning::bound
