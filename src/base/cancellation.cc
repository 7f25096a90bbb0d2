#include "base/cancellation.h"

#include <csignal>

namespace genkai::base {
namespace {
const Cancellation* g_signalled = nullptr;  // set once before the handlers; read only by them

void on_signal(int signal) {
  g_signalled->cancel();
  std::signal(signal, SIG_DFL);
}
}  // namespace

Cancellation cancel_on_signals() {
  static const Cancellation shared;
  g_signalled = &shared;
  std::signal(SIGINT, on_signal);  // again each time: end_on_signals may have come between
  std::signal(SIGTERM, on_signal);
  return shared;
}

void end_on_signals() {
  std::signal(SIGINT, SIG_DFL);
  std::signal(SIGTERM, SIG_DFL);
  if (g_signalled && g_signalled->cancelled()) std::raise(SIGINT);  // it came while the other was on watch
}

}  // namespace genkai::base
