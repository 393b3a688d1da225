"""AlexNet or MobileNetV2 as their builders make them, trained on noise by PyTorch: channels_last, SGD, cross_entropy. The last line of output is JSON."""

import argparse
import json
import os
import statistics
import time

import torch
from torch import nn


def alexnet():
    def conv(inputs, filters):
        return [nn.Conv2d(inputs, filters, 3, padding=1), nn.ReLU()]

    def pool_and_normalize(channels):
        return [nn.MaxPool2d(2), nn.BatchNorm2d(channels, eps=1e-3, momentum=0.01)]

    return nn.Sequential(
        *conv(3, 96), *pool_and_normalize(96),
        *conv(96, 256), *pool_and_normalize(256),
        *conv(256, 384), *conv(384, 384), *conv(384, 256), *pool_and_normalize(256),
        nn.Flatten(),
        nn.Linear(4096, 4096), nn.ReLU(), nn.Dropout(0.5),
        nn.Linear(4096, 4096), nn.ReLU(), nn.Dropout(0.5),
        nn.Linear(4096, 10))


class Residual(nn.Module):
    def __init__(self, *layers):
        super().__init__()
        self.layers = nn.Sequential(*layers)

    def forward(self, x):
        return x + self.layers(x)


def mobilenet_v2():
    def normalize(channels):
        return nn.BatchNorm2d(channels, eps=1e-3, momentum=0.001)

    def block(channels, filters, stride, expansion):
        inner = channels * expansion
        expand = [nn.Conv2d(channels, inner, 1, bias=False), normalize(inner), nn.ReLU6()] if expansion > 1 else []
        layers = [
            *expand,
            nn.Conv2d(inner, inner, 3, stride, 1, groups=inner, bias=False), normalize(inner), nn.ReLU6(),
            nn.Conv2d(inner, filters, 1, bias=False), normalize(filters)]
        return Residual(*layers) if channels == filters and stride == 1 else nn.Sequential(*layers)

    layers = [nn.Conv2d(3, 32, 3, 2, 1, bias=False), normalize(32), nn.ReLU6(), block(32, 16, 1, 1)]
    channels = 16
    for filters, count, stride in [(24, 2, 2), (32, 3, 2), (64, 4, 2), (96, 3, 1), (160, 3, 2), (320, 1, 1)]:
        for i in range(count):
            layers.append(block(channels, filters, stride if i == 0 else 1, 6))
            channels = filters
    return nn.Sequential(
        *layers, nn.Conv2d(320, 1280, 1, bias=False), normalize(1280), nn.ReLU6(),
        nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(1280, 1000))


MODELS = {"alexnet": (alexnet, 32), "mobilenetv2": (mobilenet_v2, 224)}


def median_seconds(step, warm_ups, least_calls, seconds):
    for _ in range(warm_ups):
        step()
    durations = []
    while len(durations) < least_calls or sum(durations) < seconds:
        start = time.perf_counter()
        step()
        durations.append(time.perf_counter() - start)
    return statistics.median(durations)


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--name", required=True)
    arguments.add_argument("--model", choices=MODELS, default="alexnet")
    arguments.add_argument("--precision", choices=["float32", "bfloat16"], required=True)
    arguments.add_argument("--batch-size", type=int, required=True)
    arguments.add_argument("--warm-ups", type=int, required=True)
    arguments.add_argument("--least-calls", type=int, required=True)
    arguments.add_argument("--seconds", type=float, required=True)
    args = arguments.parse_args()

    torch.set_num_threads(os.cpu_count())
    create, side = MODELS[args.model]
    model = create().to(memory_format=torch.channels_last).train()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    images = torch.rand(args.batch_size, 3, side, side).to(memory_format=torch.channels_last)
    labels = torch.randint(10, (args.batch_size,))

    def step():
        optimizer.zero_grad(set_to_none=True)
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=args.precision == "bfloat16"):
            logits = model(images)
        nn.functional.cross_entropy(logits.float(), labels).backward()
        optimizer.step()

    seconds = median_seconds(step, args.warm_ups, args.least_calls, args.seconds)
    print(json.dumps([{"name": args.name, "value": args.batch_size / seconds, "unit": "images/s"}]))


if __name__ == "__main__":
    main()
