#pragma once
#include <opusenc.h>
#include <opusfile.h>
