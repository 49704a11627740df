#pragma once

namespace lotkeeper::base {

/// Names the calling thread for the system's tools (at most 15 characters), and asks the kernel to
/// let it run as soon as it wakes rather than when another thread's turn ends. For threads that
/// wait often and briefly. Where the kernel knows no such wish (Linux before 6.12), only names it.
void begin_prompt_thread(const char* name);

}  // namespace lotkeeper::base
