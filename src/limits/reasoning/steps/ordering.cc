#include "limits/reasoning/steps/checker.h"

namespace genkai::limits::reasoning::steps {
bool check_order(const Chain&, Claims&) {
  return false;
}
void check_units(const Chain&, Claims&) {}
void check_dates(const Chain&, Claims&) {}
void check_counts(const Chain&, Claims&) {}
}  // namespace genkai::limits::reasoning::steps
