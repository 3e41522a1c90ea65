#pragma once
#include <sys/eventfd.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include "CLinuxThread.h"
#include "CLinuxSocket.h"
#include "CLinuxFiles.h"
