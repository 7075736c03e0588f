for name in ["Ada", "Grace"]:
    print("Hello", name)
