#pragma once
// What a probe found, on a terminal or as a page with figures.
//
//   const ProbePage page{.title = "Probe of ...", .run = "model: 40 items ...", .detail = "Facts: ..."};
//   std::fputs(render_text(page, sections).c_str(), stdout);
//   write_file_atomically(path, render_html(page, sections, language));

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "stats/figure.h"
#include "stats/heat_map.h"
#include "stats/share.h"
#include "text/text.h"

namespace genkai::app {

/// A figure in words, its interval, and what it has to be seen beside; empty where there is none.
struct ProbeRow {
  std::string label, value, interval, baseline;
};
struct ProbeSection {
  std::string title, meaning;
  std::vector<ProbeRow> rows;
  std::vector<std::string> notes;
  std::vector<stats::Figure> figures{};
  std::vector<stats::HeatMap> heat_maps{};
};

struct ProbePage {
  std::string title;   // of the HTML page
  std::string run;     // one line on what was asked and what it cost
  std::string detail;  // a line below it in HTML; may be empty
};

std::string render_text(const ProbePage& page, const std::vector<ProbeSection>& sections);
/// One page that needs no other file, no script and no network.
std::string render_html(const ProbePage& page, const std::vector<ProbeSection>& sections,
                        text::Language language);

/// A report in one of two languages.
class ProbeWords {
 public:
  explicit ProbeWords(text::Language language) : japanese_(language == text::Language::japanese) {}
  std::string say(std::string_view english, std::string_view japanese) const {
    return std::string(japanese_ ? japanese : english);
  }
  ProbeRow row(std::string label, const stats::Share& share, std::string beside = {}) const;

 private:
  bool japanese_;
};

/// {"value", "interval", "hits", "n"}
base::Json to_json(const stats::Share& share);
base::Json to_json(const stats::Interval& interval);

/// "74.0 %  (37/50)", and "60.4 – 84.1 %".
std::string in_words(const stats::Share& share);
std::string in_words(const stats::Interval& interval);
/// With its error bar.
stats::FigurePoint point_of(double x, const stats::Share& share);

}  // namespace genkai::app
