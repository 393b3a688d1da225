"""The same nets in PyTorch, eager and channels_last, under autocast for bfloat16. The last line of output is JSON.

    pytorch_check.py step NET PRECISION --batch-size N --steps N
    pytorch_check.py predict FOLDER PRECISION --batch-size N --images N
"""

import argparse
import json
import os
import resource
import time

import numpy as np
import torch
from torch import nn

DEVICE = torch.device("cuda" if torch.cuda.is_available() else "cpu")


def norm(channels, momentum=0.01):
    return nn.BatchNorm2d(channels, eps=1e-3, momentum=momentum)


class KerasFlatten(nn.Module):
    """Keras flattens (height, width, channels)."""

    def forward(self, x):
        return x.permute(0, 2, 3, 1).flatten(1)


def alexnet():
    def conv(inputs, filters):
        return [nn.Conv2d(inputs, filters, 3, padding=1), nn.ReLU()]

    return nn.Sequential(
        *conv(3, 96), nn.MaxPool2d(2), norm(96),
        *conv(96, 256), nn.MaxPool2d(2), norm(256),
        *conv(256, 384), *conv(384, 384), *conv(384, 256), nn.MaxPool2d(2), norm(256),
        KerasFlatten(),
        nn.Linear(4096, 4096), nn.ReLU(), nn.Dropout(0.5),
        nn.Linear(4096, 4096), nn.ReLU(), nn.Dropout(0.5),
        nn.Linear(4096, 10))


class ResidualBlock(nn.Module):
    def __init__(self, inputs, filters, stride):
        super().__init__()
        self.path = nn.Sequential(
            nn.Conv2d(inputs, filters, 3, stride, padding=1), norm(filters), nn.ReLU(),
            nn.Conv2d(filters, filters, 3, padding=1), norm(filters))
        self.shortcut = nn.Identity() if stride == 1 else nn.Conv2d(inputs, filters, 1, stride)

    def forward(self, x):
        return torch.relu(self.shortcut(x) + self.path(x))


def resnet20():
    blocks = []
    inputs = 16
    for filters in (16, 32, 64):
        for block in range(3):
            blocks.append(ResidualBlock(inputs, filters, 2 if block == 0 and filters > 16 else 1))
            inputs = filters
    return nn.Sequential(
        nn.Conv2d(3, 16, 3, padding=1), norm(16), nn.ReLU(), *blocks, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10))


class InvertedResidual(nn.Module):
    def __init__(self, inputs, filters, stride, expansion):
        super().__init__()
        hidden = inputs * expansion
        layers = [] if expansion == 1 else [nn.Conv2d(inputs, hidden, 1, bias=False), norm(hidden, 0.001), nn.ReLU6()]
        layers += [nn.Conv2d(hidden, hidden, 3, stride, padding=1, groups=hidden, bias=False), norm(hidden, 0.001), nn.ReLU6()]
        layers += [nn.Conv2d(hidden, filters, 1, bias=False), norm(filters, 0.001)]
        self.path = nn.Sequential(*layers)
        self.adds = stride == 1 and inputs == filters

    def forward(self, x):
        return x + self.path(x) if self.adds else self.path(x)


def mobilenetv2():
    layers = [nn.Conv2d(3, 32, 3, 2, padding=1, bias=False), norm(32, 0.001), nn.ReLU6()]
    inputs = 32
    for expansion, filters, count, stride in [
            (1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)]:
        for block in range(count):
            layers.append(InvertedResidual(inputs, filters, stride if block == 0 else 1, expansion))
            inputs = filters
    layers += [nn.Conv2d(320, 1280, 1, bias=False), norm(1280, 0.001), nn.ReLU6()]
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(1280, 10))


NETS = {"alexnet": alexnet, "resnet20": resnet20, "mobilenetv2": mobilenetv2}


def start(precision):
    torch.manual_seed(1)
    torch.set_num_threads(os.cpu_count())
    torch.backends.cuda.matmul.allow_tf32 = precision == "TF32"
    torch.backends.cudnn.allow_tf32 = precision == "TF32"
    torch.backends.cudnn.benchmark = True


def autocast(precision):
    return torch.autocast(DEVICE.type, dtype=torch.bfloat16, enabled=precision == "BFloat16")


def finish():
    if DEVICE.type == "cuda":
        torch.cuda.synchronize()


def free_bytes():
    return torch.cuda.mem_get_info()[0] if DEVICE.type == "cuda" else 0


def peak_bytes(free_before):
    return free_before - free_bytes() if DEVICE.type == "cuda" else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def step(args):
    start(args.precision)
    free = free_bytes()
    model = NETS[args.what]().to(DEVICE, memory_format=torch.channels_last).train()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    images = torch.rand(args.batch_size, 3, 32, 32, device=DEVICE).to(memory_format=torch.channels_last)
    labels = torch.arange(args.batch_size, device=DEVICE) % 10
    # The L2 penalty of ResNetBuilder's convolutions.
    penalized = [m.weight for m in model.modules() if isinstance(m, nn.Conv2d)] if args.what == "resnet20" else []

    def train():
        optimizer.zero_grad(set_to_none=True)
        with autocast(args.precision):
            logits = model(images)
        loss = nn.functional.cross_entropy(logits.float(), labels)
        for weight in penalized:
            loss = loss + 1e-4 * weight.square().sum()
        loss.backward()
        optimizer.step()

    for _ in range(args.steps):
        train()
    finish()
    begin = time.perf_counter()
    for _ in range(args.steps):
        train()
    finish()
    seconds = time.perf_counter() - begin
    return {
        "images_per_second": args.batch_size * args.steps / seconds,
        "peak_mebibytes": peak_bytes(free) / 2**20,
        "parameters": float(sum(p.numel() for p in model.parameters() if p.requires_grad)),
    }


def load_keras_weights(model, path):
    """Arrays in Keras' order and layout: kernels (height, width, in, out) and (in, out)."""
    archive = np.load(path)
    arrays = iter([torch.from_numpy(archive[name]) for name in archive.files])
    with torch.no_grad():
        for module in model.modules():
            if isinstance(module, nn.Conv2d):
                module.weight.copy_(next(arrays).permute(3, 2, 0, 1))
                module.bias.copy_(next(arrays))
            elif isinstance(module, nn.Linear):
                module.weight.copy_(next(arrays).t())
                module.bias.copy_(next(arrays))
            elif isinstance(module, nn.BatchNorm2d):
                for target in (module.weight, module.bias, module.running_mean, module.running_var):
                    target.copy_(next(arrays))
    assert next(arrays, None) is None, "the file has more weights than the net"


def predict(args):
    start(args.precision)
    model = alexnet()
    load_keras_weights(model, os.path.join(args.what, "weights.npz"))
    model = model.to(DEVICE, memory_format=torch.channels_last).eval()
    x = torch.from_numpy(np.load(os.path.join(args.what, "x.npy"))).permute(0, 3, 1, 2)
    expected = torch.from_numpy(np.load(os.path.join(args.what, "y.npy")))

    def run(images):
        with torch.inference_mode(), autocast(args.precision):
            return torch.cat([
                torch.softmax(model(batch.to(DEVICE, memory_format=torch.channels_last)).float(), 1).cpu()
                for batch in images.split(args.batch_size)])

    run(x[:args.batch_size])
    begin = time.perf_counter()
    y = run(x)
    seconds = time.perf_counter() - begin
    return {"images_per_second": len(x) / seconds, "largest_difference": float((y - expected).abs().max())}


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("command", choices=["step", "predict"])
    arguments.add_argument("what")
    arguments.add_argument("precision", choices=["Float32", "TF32", "BFloat16"])
    arguments.add_argument("--batch-size", type=int, default=128)
    arguments.add_argument("--steps", type=int, default=100)
    arguments.add_argument("--images", type=int, default=10_000)
    args = arguments.parse_args()
    print(json.dumps(step(args) if args.command == "step" else predict(args)))


if __name__ == "__main__":
    main()
