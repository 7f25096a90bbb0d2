#include "limits/reasoning/steps/checker.h"
namespace genkai::limits::reasoning::steps {
void check_units(const Chain&, Claims&) {}
void check_dates(const Chain&, Claims&) {}
void check_counts(const Chain&, Claims&) {}
}  // namespace genkai::limits::reasoning::steps
